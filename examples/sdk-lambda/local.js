// The function behind a URL of this machine: hands requests over as a function URL does (events of format 2.0).
//
//   TOKEN=<the webhook's token> SDK_APP_ID=<the app> node local.js     then register http://127.0.0.1:3000/hook

import { createServer } from 'node:http'
import { handler } from './handler.js'

async function handOver(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const result = await handler({
    requestContext: { http: { method: request.method } },
    rawQueryString: request.url.split('?')[1] ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks).toString('base64'),
    isBase64Encoded: true,
  })
  response.writeHead(result.statusCode, result.headers).end(result.body)
}

const server = createServer((request, response) => void handOver(request, response))

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`receiver ready on http://127.0.0.1:${server.address().port}/hook`)
})
