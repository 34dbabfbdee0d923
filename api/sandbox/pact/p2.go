package pact

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// p2Prefix is the beginning of all paths of p2.
const p2Prefix = "/api/p2/"

// p2 serves Pact's second API from the world of the first. See
// api/pact/REFERENCE.md "Two versions".
type p2 struct {
	world *Server
	// spent has the times of the latest requests of each class.
	spent map[string][]time.Time
}

// Behavior is what Pact's pages leave open, so that a client must not rely on it. The
// zero value is the behavior that is taken for likely.
type Behavior struct {
	// OldestFirst turns p2's conversations and messages round. See
	// api/pact/REFERENCE.md "p2 pages".
	OldestFirst bool
}

// SetBehavior changes the behavior.
func (p *Server) SetBehavior(b Behavior) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behavior = b
}

// object is a JSON object.
type object = map[string]any

// routes returns the routes of p2. See api/pact/REFERENCE.md "p2 endpoints".
func (a p2) routes() []kit.Route {
	const (
		conversation = p2Prefix + "conversations/{v}"
		messages     = conversation + "/messages"
		auths        = p2Prefix + "companies/{c}/auths"
		auth         = auths + "/{a}"
		hooks        = p2Prefix + "companies/{c}/webhooks"
	)
	return []kit.Route{
		{Method: "GET", Pattern: p2Prefix + "conversations", Do: a.within("conversations", 0, 10, a.listConversations)},
		{Method: "GET", Pattern: conversation, Do: a.within("conversation", 0, 10, a.showConversation)},
		{Method: "PUT", Pattern: conversation, Do: a.updateConversation},
		{Method: "GET", Pattern: messages, Do: a.within("messages", 0, 20, a.listMessages), Pages: p2HistoryPage},
		{Method: "GET", Pattern: messages + "/{m}", Do: a.within("message", 0, 20, a.showMessage)},
		{Method: "POST", Pattern: messages, Do: a.within("send", 5, 30, a.send)},
		{Method: "DELETE", Pattern: messages, Do: a.erase},
		{Method: "POST", Pattern: p2Prefix + "messages", Do: a.within("first message", 5, 30, a.firstMessage)},
		{Method: "POST", Pattern: p2Prefix + "attachments", Do: a.within("upload", 5, 30, a.upload)},
		{Method: "GET", Pattern: p2Prefix + "waba_templates", Do: a.within("templates", 0, 20, a.listTemplates)},
		{Method: "GET", Pattern: hooks, Do: a.listHooks},
		{Method: "POST", Pattern: hooks, Do: a.createHook},
		{Method: "PUT", Pattern: hooks + "/{w}", Check: a.probeHook, Do: a.updateHook},
		{Method: "DELETE", Pattern: hooks + "/{w}", Do: a.deleteHook},
		{Method: "GET", Pattern: p2Prefix + "auths", Do: a.listAuths},
		{Method: "GET", Pattern: auths, Do: a.listAuths},
		{Method: "POST", Pattern: auths, Do: a.connect},
		{Method: "PUT", Pattern: auth + "/enable", Do: a.enable},
		{Method: "PATCH", Pattern: auth + "/enable", Do: a.enable},
		{Method: "PUT", Pattern: auth + "/disable", Do: a.disable},
		{Method: "DELETE", Pattern: auth, Do: a.disconnect},
	}
}

// p2HistoryPage returns the conversation and the page number of a request for
// messages.
func p2HistoryPage(r *http.Request, words []string) (conversation, mark string) {
	return words[0], r.URL.Query().Get("page")
}

// within refuses requests of a class that exceed its published limits, which are per
// second (0 for none) and per minute, unless limits are off. See
// api/pact/REFERENCE.md "p2 rate limits".
func (a p2) within(class string, second, minute int, do func(*kit.Call) (any, error)) func(*kit.Call) (any, error) {
	return func(c *kit.Call) (any, error) {
		wait := max(a.wait(class, time.Second, second, c.Now), a.wait(class, time.Minute, minute, c.Now))
		if wait > 0 {
			text := fmt.Sprintf("Please wait for %d seconds", int(math.Ceil(wait.Seconds())))
			return nil, kit.Refusal{Status: http.StatusTooManyRequests, Text: text}
		}
		a.spent[class] = append(a.spent[class], c.Now)
		if n := len(a.spent[class]); n > keepSpent {
			a.spent[class] = a.spent[class][n-keepSpent:]
		}
		return do(c)
	}
}

// keepSpent is the number of requests of a class that are remembered, so limits can
// be some hundred times the published ones.
const keepSpent = 10_000

// wait returns how long the next request of a class has to wait so that no span of
// time has more than the limit; 0 if it may come now.
func (a p2) wait(class string, span time.Duration, limit int, now time.Time) time.Duration {
	limit = int(float64(limit) * a.world.limits)
	spent := a.spent[class]
	if limit == 0 || len(spent) < limit {
		return 0
	}
	return max(0, spent[len(spent)-limit].Add(span).Sub(now))
}

// Limit makes p2 refuse what exceeds its published limits, so many times; 0, as at
// the start, means no limit.
func (p *Server) Limit(times float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limits = times
	clear(p.p2.spent)
}

// p2Codes has the codes of errors. Only the first two are published.
var p2Codes = map[int]string{
	http.StatusUnauthorized: "unauthorized", http.StatusTooManyRequests: "too_many_requests",
	http.StatusPaymentRequired: "payment_required", http.StatusInternalServerError: "internal_server_error",
}

// p2Error is an error as api/pact/REFERENCE.md "p2 bodies and errors" describes it.
func p2Error(status int, text string) any {
	title := http.StatusText(status)
	code, known := p2Codes[status]
	if !known {
		code = strings.ReplaceAll(strings.ToLower(title), " ", "_")
	}
	if status == http.StatusTooManyRequests {
		title = "Too many requests error"
	}
	return object{"errors": []object{{"status": status, "code": code, "title": title, "detail": text}}}
}

// page is the part of a list that a request asks for.
type page struct{ number, per int }

// largestPage is the largest per_page. Pact states none; a greater number gives
// pages of this size, and meta says so.
const largestPage = 150

// pageOf reads page and per_page. See api/pact/REFERENCE.md "p2 pages".
func pageOf(p kit.Params, usual int) (page, error) {
	w := page{1, usual}
	for name, field := range map[string]*int{"page": &w.number, "per_page": &w.per} {
		if !p.Filled(name) {
			continue
		}
		n, err := strconv.Atoi(p.Get(name))
		if err != nil || n < 1 || n > math.MaxInt32 {
			return w, kit.BadRequest(name + ": must be a positive number")
		}
		*field = n
	}
	w.per = min(w.per, largestPage)
	return w, nil
}

// of returns the bounds of the page in a list of n elements.
func (w page) of(n int) (lo, hi int) {
	lo = min(n, (w.number-1)*w.per)
	return lo, min(n, lo+w.per)
}

// list returns a page under its name. entries_count counts this page alone.
func (w page) list(name string, entries []object) object {
	meta := object{"page": w.number, "entries_count": len(entries), "per_page": w.per}
	return object{name: entries, "meta": meta}
}

// company returns the company that the parameter company_id names.
func (a p2) company(c *kit.Call) (*company, error) {
	id, err := strconv.ParseInt(c.Params.Get("company_id"), 10, 64)
	if err != nil {
		return nil, kit.BadRequest("company_id: is required and must be a number")
	}
	for _, one := range a.world.companies {
		if one.id == id {
			return one, nil
		}
	}
	return nil, kit.ErrNotFound
}

// conversation returns the conversation of a path, in the company of the parameter.
func (a p2) conversation(c *kit.Call) (*conversation, error) {
	company, err := a.company(c)
	if err != nil {
		return nil, err
	}
	v := a.world.conversationByID(company, c.IDs[0])
	if v == nil {
		return nil, kit.ErrNotFound
	}
	return v, nil
}
