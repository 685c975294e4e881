// The platform's own maker of UserSigs comes without types.

declare module 'tls-sig-api-v2' {
  export class Api {
    constructor(sdkAppId: number | string, secretKey: string)
    /** @param expire seconds */
    genUserSig(identifier: string, expire: number): string
    /** With rights for a room. */
    genPrivateMapKey(identifier: string, expire: number, roomId: number, privilegeMap: number): string
    genPrivateMapKeyWithStringRoomID(identifier: string, expire: number, roomId: string, privilegeMap: number): string
  }
}
