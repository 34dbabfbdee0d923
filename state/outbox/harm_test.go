package outbox_test

import (
	"fmt"
	"slices"
)

// place is how far a request comes before it is harmed.
type place string

const (
	dialing  place = "before the connection"
	header   place = "in the header"
	body     place = "in the body"
	between  place = "before the effect" // somebody in between answers
	effect   place = "after the effect"
	answer   place = "in the answer"
	storing  place = "before it is stored"
	recorded place = "after it is stored"
)

// fault is what happens to it there.
type fault string

const (
	refused   fault = "refused"
	reset     fault = "reset"
	silence   fault = "no answer"
	busy      fault = "429"
	busyUntil fault = "429 until"
	broken    fault = "500"
	gateway   fault = "502 in HTML"
	portal    fault = "200 in HTML"
	redirect  fault = "302 elsewhere"
	late      fault = "late" // it takes effect when nobody waits any more
	truncated fault = "truncated"
	crash     fault = "crash"
	takeover  fault = "crash beside another"

	forbidden fault = "403" // leads up to a retry, and is none of the table's
)

// harm is a fault at a place; the zero value is none.
type harm struct {
	at   place
	what fault
}

// canned are the answers of whoever is in between.
var canned = map[fault]string{
	busy:      "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
	busyUntil: "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
	forbidden: "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
	broken:    "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
	gateway:   page("502 Bad Gateway"),
	portal:    page("200 OK"),
	redirect:  "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}

func page(status string) string {
	html := "<html><body>" + status + "</body></html>"
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, len(html), html)
}

// cannot says why a fault cannot happen at a place; empty if it can.
func cannot(h harm) string {
	if where, ok := possible[h.what]; ok && slices.Contains(where, h.at) {
		return ""
	}
	switch h.what {
	case refused:
		return "only a connection is refused"
	case reset, silence:
		if h.at == dialing {
			return "a connection that is not there yet is not reset"
		}
		return "the answer is here"
	case busy, busyUntil:
		return "a 429 says that there was no effect, and is an answer of its own"
	case broken, gateway:
		return "it is an answer of its own"
	case late:
		return "what is late was not answered"
	case portal, redirect:
		return "a portal lets nothing through"
	case truncated:
		return "only an answer is truncated"
	}
	return "between is no moment of the process: before the effect it is in the body"
}

var possible = map[fault][]place{
	refused:   {dialing},
	reset:     {header, body, effect, answer},
	silence:   {dialing, header, body, effect, answer},
	busy:      {between},
	busyUntil: {between},
	broken:    {between, effect},
	gateway:   {between, effect},
	portal:    {between},
	redirect:  {between},
	late:      {between},
	truncated: {answer},
	crash:     {dialing, header, body, effect, answer, storing, recorded},
	takeover:  {dialing, header, body, effect, answer, storing, recorded},
}

var (
	places = []place{dialing, header, body, between, effect, answer, storing, recorded}
	faults = []fault{refused, reset, silence, busy, busyUntil, broken, gateway, portal, redirect, late, truncated, crash, takeover}
)
