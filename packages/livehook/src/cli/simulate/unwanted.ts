/** What advertisers write in a simulated evening. A moderator who looks for it finds it. */
export const unwanted = 'cheap followers'
