// Package kit is what the servers of all platforms share. It names no platform.
//
// A platform implements [Platform] with the parts of this package, and [Server]
// serves it:
//
//   - requests: [Route], [Call] and [Params] (router.go, params.go), page tokens
//     (cursor.go), answers and errors ([WriteJSON], [Refusal])
//   - made-up data: random numbers from the seed (dice.go), what people say in
//     which language (script.go and scripts), when they say it (history.go,
//     calendar.go), customers who are hard to show (hardcases.go), files (media.go)
//   - what happens after the start: what customers write next, and stopped
//     deliveries (activity.go), webhooks (webhooks.go)
//   - the control side (control.go) with faults (faults.go), counted requests
//     (requests.go) and files that harm a careless client (traps.go)
//
// # The control side
//
// It is served under /control/. It takes and returns JSON, needs no token, and its
// requests are not counted. An error is {"error": "…"}.
//
//	POST /control/inbound   {"platform", "conversation", "text", "files"}
//	                        a customer writes now; the answer is {"message_id": 1}.
//	                        A file is {"name", "mime", "size", "url"}, where url is
//	                        a whole URL or a path on this server
//	POST /control/fault     {"platform", "match", "calls", "kind", "ms", "status", "retry_after", "percent", "alone"}
//	                        alone: instead of all faults there are, with no request
//	                        between them
//	DELETE /control/fault   removes all faults, lets answers that wait and stopped
//	                        deliveries go on
//	POST /control/limits    {"platform", "times"}: the platform refuses what exceeds
//	                        its published rate limits that many times; 0 for none
//	POST /control/webhook   {"platform", "url", "secret", "events"}: registers an address
//	                        where a platform has no call for it; without events all
//	POST /control/webhooks  {"platform", "copies", "hold", "reverse", "forge", "every_ms"}:
//	                        events come several times, late, the newest first, with a
//	                        wrong signature, or are repeated faster than once a minute
//	GET /control/webhooks   the latest events of ?platform=NAME with their attempts
//	POST /control/channel   {"platform", "channel", "event"}: lets something happen to a
//	                        channel, such as "phone offline"
//	GET /control/received   all accepted messages in order; ?platform=NAME for those
//	                        of one platform
//	GET /control/requests   {"counts": {"GET /companies": 1},
//	                         "conversations": {"8741": {"pages", "in_flight_max", "repeated"}}}
//
// In "conversations", pages counts the pages of history that were answered
// completely, in_flight_max is the largest number of requests for the history that
// ran at the same time, and repeated has the page tokens that were answered
// completely more than once.
//
// # Faults
//
// A fault hits the next calls requests (0 means 1; a negative number all, until
// the faults are deleted) whose method and path match. Examples are
// "POST /messages", "/conversations/*/messages$", and "" for all. The pattern may
// match anywhere in the path; * is one segment, $ the end. With percent the fault
// hits that share of the requests, by chance. The kinds are:
//
//	latency      performs the request at once, answers after ms
//	status       answers with status (500) and Retry-After: retry_after, does nothing
//	html         answers with the HTML page of a gateway and status (502), does nothing
//	drop_before  cuts the connection, does nothing
//	drop_after   performs the request, cuts the connection without an answer
//	truncate     performs the request, sends half of the answer and cuts the connection
//	stall        performs the request, sends half of the answer, then nothing
//	drip         performs the request, sends the answer in pieces over ms
//	date         performs the request; the header Date is ms ahead, or behind if negative
//	pause_jobs   stops all deliveries for ms, or until DELETE if ms is 0
//
// # Traps
//
// A path /files/trap/KIND/NAME serves a file that harms a careless client. The kinds
// are:
//
//	short, long      the body is shorter, or longer, than its Content-Length
//	endless, stall   the body never ends; or stops half-way without an end
//	packed           10 MB of zeros with Content-Encoding: gzip, not asked for
//	program, script  an executable, or a shell script, whatever its name is
//	page             a sign-in page as image/jpeg
//	named            a Content-Disposition that leads into another folder
//	other, local, metadata, disk, round
//	                 redirects: to another host, to this machine, to the metadata
//	                 of a cloud, to file:, and to itself
//	gone             status 410
package kit
