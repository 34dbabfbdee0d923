package sandbox

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// textusToken belongs to the first of textusUsers.
	textusToken = "sandbox-textus-token"
	// textusType is the media type of everything (textus.md §1).
	textusType = "application/vnd.textus+jsonld"
	// textusPace is how many times the published limit may be spent.
	textusPace = 40
	// textusLimit requests may be made in a textusWindow (textus.md §10).
	textusLimit  = 1000 * textusPace
	textusWindow = 5 * time.Minute
)

// textus is the JSON-LD API of TextUs. One lock guards all that moves; bodies
// are read before it is taken and answers written after it is left.
type textus struct {
	options Options
	start   time.Time
	media   *media
	table   []route

	mu      sync.Mutex
	tree    []*textusAccount
	threads map[int64]*textusThread
	// moved are the conversations with messages since the start.
	moved   map[int64]*textusConversation
	seq     int64
	pending []*textusDelivery
	log     []Received
	// run counts seconds to the start: ids of what comes later lie above it,
	// so that no two runs give the same one to different things.
	run  int64
	hold hold
	// Requests are counted until reset, to at most limit.
	limit, spent int
	reset        time.Time
	// visit is when the next customer writes by himself, after visits others.
	visit   time.Time
	visits  int64
	callers []*textusConversation
}

func newTextus(o Options, m *media) *textus {
	o = o.withDefaults()
	p := &textus{
		options: o, start: o.Now().UTC().Truncate(time.Minute), media: m, limit: textusLimit,
		tree:    newTextusAccounts(max(1, o.Conversations/3)),
		threads: map[int64]*textusThread{}, moved: map[int64]*textusConversation{},
		run: runNumber(o.Now()),
	}
	p.table = p.newTable()
	return p
}

func (p *textus) name() string    { return "textus" }
func (p *textus) prefix() string  { return "/textus/" }
func (p *textus) routes() []route { return p.table }

func (p *textus) accounts(origin string) []Account {
	return []Account{{Name: "Harbor Dental", Platform: p.name(), BaseURL: origin + "/textus", Token: textusToken, Pace: textusPace}}
}

func (p *textus) newTable() []route {
	const conversation, contact = "/textus/conversations/<c>", "/textus/contacts/<p>"
	page := func(_ *http.Request, words []string) string { return words[0] }
	table := []route{
		{method: "GET", pattern: "/textus/accounts", do: p.listAccounts},
		{method: "GET", pattern: "/textus/accounts/<a>", do: p.showAccount},
		{method: "POST", pattern: "/textus/messages/<m>/retry", do: p.retryMessage},
		{method: "DELETE", pattern: "/textus/assignments/<c>", do: p.unassign},
		{method: "GET", pattern: "/textus/users/<u>/saved_replies", do: p.savedReplies},
		{method: "GET", pattern: conversation, do: p.showConversation},
		{method: "GET", pattern: conversation + "/timeline", do: p.timeline, pages: func(r *http.Request, words []string) (string, string) {
			return page(r, words), r.URL.Query().Get("cursor")
		}},
		{method: "GET", pattern: conversation + "/stats", do: p.stats},
		{method: "GET", pattern: conversation + "/participants", do: p.participants},
		{method: "GET", pattern: conversation + "/associated_contacts", do: p.associatedContacts},
		{method: "GET", pattern: conversation + "/user_info", do: p.userInfo},
		{method: "GET", pattern: conversation + "/assignments", do: p.assignments},
		{method: "POST", pattern: conversation + "/assignments", do: p.assign},
		{method: "GET", pattern: contact + "/conversations", do: p.contactConversations},
		{method: "GET", pattern: contact + "/notes", do: p.notes},
		{method: "GET", pattern: contact + "/phones", do: p.phones},
		{method: "GET", pattern: "/textus/<a>/conversation_filters", do: p.listFilters},
		{method: "GET", pattern: "/textus/<a>/conversation_filters/<f>/conversations", do: p.listConversations},
		{method: "GET", pattern: "/textus/<a>/conversations/<n>", do: p.conversationByNumber},
		{method: "GET", pattern: "/textus/<a>/contact_filters", do: p.listContactFilters},
		{method: "GET", pattern: "/textus/<a>/contact_filters/<f>/contacts", do: p.listContacts},
		{method: "GET", pattern: "/textus/<a>/users", do: p.listUsers},
		{method: "POST", pattern: "/textus/<a>/messages", do: p.send},
		{method: "POST", pattern: "/textus/<a>/messages/schedule", do: p.schedule},
	}
	for _, a := range textusActions {
		table = append(table, route{method: a.method, pattern: conversation + "/" + a.path, do: p.action(a)})
	}
	return table
}

// object is a JSON object.
type object = map[string]any

// created and accepted are answers with another status than 200.
type (
	created  struct{ body any }
	accepted struct{}
)

// serve answers a request. Every answer tells what is left of the limit.
func (p *textus) serve(w http.ResponseWriter, r *http.Request, found match) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	p.mu.Lock()
	now := p.options.Now().UTC()
	status, v := p.respond(r, found, body, err, now, p.spend(w.Header(), now))
	p.mu.Unlock()
	found.allowed(w, status)
	if v == nil {
		w.WriteHeader(status)
		return true
	}
	w.Header().Set("Content-Type", textusType)
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(encoded)))
	w.WriteHeader(status)
	// A client that went away is no concern of ours.
	_, _ = w.Write(encoded)
	return status < 300
}

func (p *textus) respond(r *http.Request, found match, body []byte, err error, now time.Time, within bool) (int, any) {
	var v any
	switch {
	case err != nil:
		err = refusal{status: http.StatusBadRequest, text: "the body could not be read"}
	case !within:
		err = refusal{status: http.StatusTooManyRequests, text: "the rate limit is exceeded"}
	default:
		v, err = p.perform(r, found, body, now)
	}
	switch made := v.(type) {
	case created:
		return http.StatusCreated, made.body
	case accepted:
		return http.StatusAccepted, nil
	}
	if err != nil {
		refused := refusalOf(err)
		return refused.status, p.errorBody(refused.status, refused.text)
	}
	return http.StatusOK, v
}

// spend counts a request and reports whether it is within the limit.
func (p *textus) spend(h http.Header, now time.Time) bool {
	if !now.Before(p.reset) {
		p.spent, p.reset = 0, now.Add(textusWindow)
	}
	within := p.spent < p.limit
	if within {
		p.spent++
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(p.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(p.limit-p.spent))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(p.reset.Unix(), 10))
	if !within {
		h.Set("Retry-After", strconv.Itoa(1+int(p.reset.Sub(now).Seconds())))
	}
	return within
}

func (p *textus) perform(r *http.Request, found match, body []byte, now time.Time) (any, error) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case subtle.ConstantTimeCompare([]byte(token), []byte(textusToken)) != 1:
		return nil, refusal{status: http.StatusUnauthorized, text: "the token is missing, wrong or revoked"}
	case !takesTextus(r.Header.Values("Accept")):
		return nil, refusal{status: http.StatusNotAcceptable, text: "Accept has to allow " + textusType}
	case found.route == nil:
		return nil, found.problem()
	}
	params := params{Values: url.Values{}}
	params.merge(r.URL.Query())
	if err := readTextus(params, body, r.Header.Get("Content-Type")); err != nil {
		return nil, err
	}
	p.settle(now)
	return found.route.do(&call{words: found.words, params: params, now: now, origin: "http://" + r.Host})
}

// readTextus reads a body under the vendor type or as plain JSON.
func readTextus(p params, body []byte, kind string) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	switch kind, _, _ := mime.ParseMediaType(kind); kind {
	case textusType, "application/json":
		return p.readJSON(body)
	}
	return refusal{status: http.StatusUnsupportedMediaType, text: "the body has to be " + textusType}
}

func takesTextus(accept []string) bool {
	for kind := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, _, _ = strings.Cut(kind, ";")
		switch strings.TrimSpace(kind) {
		case "*/*", "application/*", textusType:
			return true
		}
	}
	return false
}

// errorBody is a guess: the service documents no bodies of errors (textus.md §10).
func (p *textus) errorBody(status int, text string) any {
	return object{"@type": "hydra:Error", "hydra:title": http.StatusText(status), "hydra:description": text, "code": status}
}

func unprocessable(text string) error { return refusal{status: http.StatusUnprocessableEntity, text: text} }
