// Package textus serves the API of TextUs, which api/textus/REFERENCE.md describes.
//
// It has a third of the conversations that the options ask for, in a tree of three
// accounts. Ids and links begin at the service's root, as those of the real one do,
// so they follow the base URL, /textus included. What TextUs does not document is
// made up: the fields of attachments and items of timelines that are not messages.
//
// A delivery takes about the options' JobTime. Its end depends on the text or on the
// phone number:
//
//	#fail, +15555550101       failed
//	#transient, +15555550102  failed_transient, and delivered after a retry
//	#unknown, +15555550103    unknown
//
// A customer who writes STOP opts out, and in again with START.
package textus

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

	"unibox/api/sandbox/kit"
)

const (
	// bearerToken is the token of the first of users.
	bearerToken = "sandbox-textus-token"
	// mediaType is the type of all bodies. See
	// api/textus/REFERENCE.md "Requests".
	mediaType = "application/vnd.textus+jsonld"
	// pace is how many times the published rate limit this server allows.
	pace = 40
	// rateLimit is the number of requests in a rateWindow. See
	// api/textus/REFERENCE.md "Rate limit".
	rateLimit  = 1000 * pace
	rateWindow = 5 * time.Minute
)

// Server serves the JSON-LD API of TextUs. Bodies are read before mu is locked and
// answers are written after it is unlocked.
type Server struct {
	options kit.Options
	start   time.Time
	media   *kit.Media
	table   []kit.Route

	mu      sync.Mutex
	tree    []*account
	threads map[int64]*thread
	// moved has the conversations with messages since the start.
	moved map[int64]*conversation
	seq   int64
	// named has the contacts of numbers of the seed that got one more, notesOf
	// the notes of contacts by path, refused the numbers that were opted out by
	// an agent.
	named   map[int64][]string
	notesOf map[string][]note
	refused map[string]bool
	// counted are the sizes of filters, and changes counts what can change them.
	counted  map[string]counted
	changes  int64
	pending  []*delivery
	accepted []kit.Received
	// run is the kit.RunNumber: ids of what is made after the start are above
	// it.
	run  int64
	hold kit.Hold
	// spent counts requests until reset, up to limit.
	limit, spent int
	reset        time.Time
	// nextVisit is when the next customer writes unprompted; visits counts those
	// who did.
	nextVisit time.Time
	visits    int64
	answering []*conversation
	// integrations get events, delivered counts these, origin is where the last
	// request went to.
	hooks        *kit.Webhooks
	integrations []*integration
	delivered    int64
	origin       string
}

var _ kit.Platform = (*Server)(nil)

// New returns a server of TextUs that keeps its files in m.
func New(o kit.Options, m *kit.Media) *Server {
	o = o.WithDefaults()
	p := &Server{
		options: o, start: o.Now().UTC().Truncate(time.Minute), media: m, limit: rateLimit,
		tree:    newAccounts(max(1, o.Conversations/3)),
		threads: map[int64]*thread{}, moved: map[int64]*conversation{},
		named: map[int64][]string{}, notesOf: map[string][]note{}, refused: map[string]bool{}, counted: map[string]counted{},
		run: kit.RunNumber(o.Now()), hooks: kit.NewWebhooks(o.Now),
	}
	p.table = p.newTable()
	return p
}

// Name returns "textus".
func (p *Server) Name() string { return "textus" }

// Prefixes returns the beginning of all paths.
func (p *Server) Prefixes() []string { return []string{"/textus/"} }

// Routes returns all routes.
func (p *Server) Routes() []kit.Route { return p.table }

// Accounts returns the accounts for a client that reaches the server at origin.
func (p *Server) Accounts(origin string) []kit.Account {
	return []kit.Account{{Name: "Harbor Dental", Platform: p.Name(), BaseURL: origin + "/textus", Token: bearerToken, Pace: pace}}
}

func (p *Server) newTable() []kit.Route {
	const conversation, contact = "/textus/conversations/<c>", "/textus/contacts/<p>"
	page := func(_ *http.Request, words []string) string { return words[0] }
	table := []kit.Route{
		{Method: "GET", Pattern: "/textus/accounts", Do: p.listAccounts},
		{Method: "GET", Pattern: "/textus/accounts/<a>", Do: p.showAccount},
		{Method: "POST", Pattern: "/textus/messages/<m>/retry", Do: p.retryMessage},
		{Method: "DELETE", Pattern: "/textus/assignments/<c>", Do: p.unassign},
		{Method: "GET", Pattern: "/textus/profile", Do: p.profile},
		{Method: "GET", Pattern: "/textus/users/<u>", Do: p.showUser},
		{Method: "GET", Pattern: "/textus/users/<u>/saved_replies", Do: p.savedReplies},
		{Method: "GET", Pattern: conversation, Do: p.showConversation},
		{Method: "GET", Pattern: conversation + "/timeline", Do: p.timeline, Pages: func(r *http.Request, words []string) (string, string) {
			return page(r, words), r.URL.Query().Get("cursor")
		}},
		{Method: "GET", Pattern: conversation + "/stats", Do: p.stats},
		{Method: "GET", Pattern: conversation + "/participants", Do: p.participants},
		{Method: "GET", Pattern: conversation + "/associated_contacts", Do: p.associatedContacts},
		{Method: "GET", Pattern: conversation + "/user_info", Do: p.userInfo},
		{Method: "GET", Pattern: conversation + "/assignments", Do: p.assignments},
		{Method: "POST", Pattern: conversation + "/assignments", Do: p.assign},
		{Method: "GET", Pattern: contact + "/conversations", Do: p.contactConversations},
		{Method: "GET", Pattern: contact + "/notes", Do: p.notes},
		{Method: "POST", Pattern: contact + "/notes", Do: p.addNote},
		{Method: "GET", Pattern: contact + "/phones", Do: p.phones},
		{Method: "GET", Pattern: "/textus/<a>/conversation_filters", Do: p.listFilters},
		{Method: "GET", Pattern: "/textus/<a>/conversation_filters/<f>/conversations", Do: p.listConversations},
		{Method: "GET", Pattern: "/textus/<a>/conversations/<n>", Do: p.conversationByNumber},
		{Method: "GET", Pattern: "/textus/<a>/contact_filters", Do: p.listContactFilters},
		{Method: "GET", Pattern: "/textus/<a>/contact_filters/<f>/contacts", Do: p.listContacts},
		{Method: "POST", Pattern: "/textus/<a>/contacts", Do: p.createContact},
		{Method: "POST", Pattern: "/textus/<a>/integrations", Do: p.createIntegration},
		{Method: "GET", Pattern: "/textus/<a>/contact_phones", Do: p.contactPhones},
		{Method: "GET", Pattern: "/textus/<a>/opt_outs", Do: p.optOuts},
		{Method: "GET", Pattern: "/textus/<a>/opt_outs/<n>", Do: p.showOptOut},
		{Method: "PUT", Pattern: "/textus/<a>/opt_outs/<n>", Do: p.optOutNumber},
		{Method: "GET", Pattern: "/textus/<a>/users", Do: p.listUsers},
		{Method: "POST", Pattern: "/textus/<a>/messages", Do: p.send},
		{Method: "POST", Pattern: "/textus/<a>/messages/schedule", Do: p.schedule},
	}
	for _, a := range actions {
		table = append(table, kit.Route{Method: a.method, Pattern: conversation + "/" + a.path, Do: p.action(a)})
	}
	return table
}

// object is a JSON object.
type object = map[string]any

// created and accepted are results with another status than 200.
type (
	created  struct{ body any }
	accepted struct{}
)

// Serve answers a request. Every answer has the headers of the rate limit.
func (p *Server) Serve(w http.ResponseWriter, r *http.Request, found kit.Match) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, kit.MaxBody))
	p.mu.Lock()
	now := p.options.Now().UTC()
	status, v := p.respond(r, found, body, err, now, p.spend(w.Header(), now))
	p.mu.Unlock()
	found.SetAllow(w, status)
	if v == nil {
		w.WriteHeader(status)
		return true
	}
	w.Header().Set("Content-Type", mediaType)
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(encoded)))
	w.WriteHeader(status)
	// If the client has gone, there is nobody to answer.
	_, _ = w.Write(encoded)
	return status < 300
}

func (p *Server) respond(r *http.Request, found kit.Match, body []byte, err error, now time.Time, within bool) (int, any) {
	var v any
	switch {
	case err != nil:
		err = kit.Refusal{Status: http.StatusBadRequest, Text: "the body could not be read"}
	case !within:
		err = kit.Refusal{Status: http.StatusTooManyRequests, Text: "the rate limit is exceeded"}
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
		refused := kit.RefusalOf(err)
		return refused.Status, p.ErrorBody(r.URL.Path, refused.Status, refused.Text)
	}
	return http.StatusOK, v
}

// spend counts a request, and reports whether it is within the rate limit.
func (p *Server) spend(h http.Header, now time.Time) bool {
	if !now.Before(p.reset) {
		p.spent, p.reset = 0, now.Add(rateWindow)
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

func (p *Server) perform(r *http.Request, found kit.Match, body []byte, now time.Time) (any, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	switch {
	case !strings.EqualFold(scheme, "Bearer"), subtle.ConstantTimeCompare([]byte(token), []byte(bearerToken)) != 1:
		return nil, kit.Refusal{Status: http.StatusUnauthorized, Text: "the token is missing, wrong or revoked"}
	case !acceptsOurs(r.Header.Values("Accept")):
		return nil, kit.Refusal{Status: http.StatusNotAcceptable, Text: "Accept has to allow " + mediaType}
	case found.Route == nil:
		return nil, found.Err()
	}
	params := kit.Params{Values: url.Values{}}
	params.Merge(r.URL.Query())
	if err := readBody(params, body, r.Header.Get("Content-Type")); err != nil {
		return nil, err
	}
	p.origin = "http://" + r.Host
	p.settle(now)
	return found.Route.Do(&kit.Call{Segments: found.Segments, Params: params, Now: now, Origin: p.origin})
}

// readBody reads a body of the vendor's type or of plain JSON.
func readBody(p kit.Params, body []byte, kind string) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	switch kind, _, _ := mime.ParseMediaType(kind); kind {
	case mediaType, "application/json":
		return p.ReadJSON(body)
	}
	return kit.Refusal{Status: http.StatusUnsupportedMediaType, Text: "the body has to be " + mediaType}
}

func acceptsOurs(accept []string) bool {
	for kind := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, _, _ = strings.Cut(kind, ";")
		switch strings.TrimSpace(kind) {
		case "*/*", "application/*", mediaType:
			return true
		}
	}
	return false
}

// ErrorBody returns an error in a made-up form: TextUs documents none. See
// api/textus/REFERENCE.md "Errors".
func (p *Server) ErrorBody(_ string, status int, text string) any {
	return object{"@type": "hydra:Error", "hydra:title": http.StatusText(status), "hydra:description": text, "code": status}
}

func unprocessable(text string) error {
	return kit.Refusal{Status: http.StatusUnprocessableEntity, Text: text}
}
