// SPDX-License-Identifier: Apache-2.0
/*
 * proxy.js - stands between apollo and its sandbox, hands every byte on, and shows each exchange to `seen`.
 *
 * An exchange is {method, path, query, headers, body, reply}; reply is {status, headers, body}, or null where the
 * connection broke before it was whole.  Header names are in lower case.
 */
'use strict';

const http = require('http');

async function whole(stream) {
	const pieces = [];

	for await (const piece of stream) pieces.push(piece);
	return Buffer.concat(pieces);
}

/* Headers for the other side: its own connection is its own matter. */
function onward(raw) {
	const headers = [];

	for (let i = 0; i < raw.length; i += 2)
		if (!/^(connection|transfer-encoding|keep-alive)$/i.test(raw[i])) headers.push(raw[i], raw[i + 1]);
	return headers;
}

function ask(target, incoming, body) {
	return new Promise((resolve, reject) => {
		const request = http.request({
			host: target.hostname,
			port: target.port,
			method: incoming.method,
			path: incoming.url,
			headers: onward(incoming.rawHeaders),
			setHost: false,
			agent: false,
		});

		request.on('response', (response) => whole(response).then((said) => resolve({response, said}), reject));
		request.on('error', reject);
		request.end(body);
	});
}

/* target: URL of the sandbox.  Gives {url, close}. */
module.exports = async (target, seen) => {
	const upstream = new URL(target);
	const server = http.createServer(async (incoming, outgoing) => {
		const body = await whole(incoming);
		const url = new URL(incoming.url, target);
		const exchange = {
			method: incoming.method,
			path: url.pathname,
			query: url.searchParams,
			headers: incoming.headers,
			body: body.toString(),
			reply: null,
		};

		try {
			const {response, said} = await ask(upstream, incoming, body);

			exchange.reply = {
				status: response.statusCode,
				headers: response.headers,
				body: said.toString(),
			};
			seen(exchange);
			outgoing.writeHead(response.statusCode, onward(response.rawHeaders));
			outgoing.end(said);
		} catch (error) {
			seen(exchange);
			outgoing.destroy();
		}
	});

	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {url: `http://127.0.0.1:${server.address().port}`, close: () => server.close()};
};
