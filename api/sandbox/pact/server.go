// Package pact serves both versions of Pact's API, p1 under /p1/ and p2 under
// /api/p2/, from one world. api/pact/REFERENCE.md describes them.
//
// There are four companies, all with one token. Company 154 has as many
// conversations as the options say, over six channels, with all hard cases; some of
// its customers send the files of the traps. Company 155 satisfies the official
// Python SDK. Company 156 answers with nulls, missing fields and an unknown provider.
// Company 157 has the providers that came later, and group chats, which only p2
// shows.
//
// A delivery takes about the options' JobTime. It fails if
//
//   - the text contains #fail, or the phone number is 70000000000 ("the contact does
//     not exist"; user_exists says false)
//   - a WhatsApp message has both a text and a file that is not an image
//   - the channel is disabled ("the integration does not work")
//   - the contact blocked us, as some of company 157 have; p2 shows it as the
//     conversation's state
//   - a WhatsApp Business customer wrote last more than 24 hours ago, and the
//     message is no template
//
// Viber delivers at once: its jobs are delivered in the answer to the send.
//
// p2 shows a message from the moment it is accepted, p1 when it is delivered. Files
// named p2_*.go serve p2 alone.
package pact

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"unibox/api/sandbox/kit"
)

// privateToken is the token of the only user, who owns all companies. See
// api/pact/REFERENCE.md "Authentication".
const privateToken = "sandbox-private-token"

// Server serves Pact's APIs. Requests are read before mu is locked and answered
// after it is unlocked.
type Server struct {
	options kit.Options
	start   time.Time
	media   *kit.Media
	table   []kit.Route
	cap     int64
	p2      p2
	// limits says how many times the published limits p2 allows; 0 for any
	// number of requests.
	limits float64

	mu        sync.Mutex
	behavior  Behavior
	companies []*company
	threads   map[int64]*thread
	jobs      map[int64]*job
	pending   []*job
	uploads   map[int64]*upload
	accepted  []kit.Received
	// The last ids that were given.
	jobID, uploadID, channelID int64
	hold                       kit.Hold
	hooks                      *kit.Webhooks
	// agenda has what happens later, origin is where the last request went to.
	agenda []appointment
	origin string
	// run is the kit.RunNumber: ids of what is made after the start are above
	// it.
	run int64
	// nextVisit is when the next customer writes unprompted; visits counts those
	// who did.
	nextVisit time.Time
	visits    int64
	// answering has the conversations whose customer is about to answer.
	answering []*conversation
}

var _ kit.Platform = (*Server)(nil)

// New returns a server of Pact that keeps its files in m.
func New(o kit.Options, m *kit.Media) *Server {
	o = o.WithDefaults()
	p := &Server{
		options: o, start: o.Now().UTC().Truncate(time.Minute), media: m, cap: kit.MaxUpload,
		companies: newCompanies(o.Conversations),
		threads:   map[int64]*thread{}, jobs: map[int64]*job{}, uploads: map[int64]*upload{},
		run: kit.RunNumber(o.Now()), hooks: kit.NewWebhooks(o.Now),
	}
	p.jobID, p.uploadID, p.channelID = p.run, p.run, 500
	p.p2 = p2{world: p, spent: map[string][]time.Time{}}
	p.table = append(p.newTable(), p.p2.routes()...)
	return p
}

// Name returns "pact".
func (p *Server) Name() string { return "pact" }

// Prefixes returns the beginnings of the paths of p1 and of p2.
func (p *Server) Prefixes() []string { return []string{"/p1/", p2Prefix} }

// Routes returns all routes.
func (p *Server) Routes() []kit.Route { return p.table }

func (p *Server) newTable() []kit.Route {
	const (
		company      = "/p1/companies/{c}"
		channel      = company + "/channels/{h}"
		conversation = company + "/conversations/{v}"
		messages     = conversation + "/messages"
	)
	return []kit.Route{
		{Method: "GET", Pattern: "/p1/companies", Do: p.listCompanies},
		{Method: "POST", Pattern: "/p1/companies", Check: p.probeCompany, Do: p.createCompany},
		{Method: "PUT", Pattern: company, Check: p.probeCompany, Do: p.updateCompany},
		{Method: "GET", Pattern: company + "/channels", Do: p.listChannels},
		{Method: "POST", Pattern: company + "/channels", Do: p.connect},
		{Method: "PUT", Pattern: channel, Do: p.updateChannel},
		{Method: "DELETE", Pattern: channel, Do: p.disconnect},
		{Method: "POST", Pattern: channel + "/conversations", Do: p.firstMessage},
		{Method: "GET", Pattern: channel + "/user_exists", Do: p.userExists},
		{Method: "POST", Pattern: channel + "/request_code", Do: p.requestCode},
		{Method: "POST", Pattern: channel + "/confirm", Do: p.confirm},
		{Method: "POST", Pattern: channel + "/enable_page_instagram", Do: p.enablePage},
		{Method: "PUT", Pattern: channel + "/enable_page_instagram", Do: p.enablePage},
		{Method: "GET", Pattern: channel + "/jobs/{j}", Do: p.showJob},
		{Method: "GET", Pattern: company + "/conversations", Do: p.listConversations},
		{Method: "POST", Pattern: company + "/conversations", Do: p.createConversation},
		{Method: "GET", Pattern: conversation, Do: p.showConversation},
		{Method: "PUT", Pattern: conversation, Do: p.showConversation},
		{Method: "PUT", Pattern: conversation + "/assign", Do: p.assign},
		{Method: "PUT", Pattern: conversation + "/note", Do: p.note},
		{Method: "PUT", Pattern: conversation + "/toggle_bitrix_block_openlines", Do: p.toggleBitrix},
		{Method: "GET", Pattern: "/p1/billing", Do: p.billing},
		{Method: "GET", Pattern: company + "/waba_templates", Do: p.listTemplates},
		{Method: "GET", Pattern: messages, Do: p.listMessages, Pages: historyPage},
		{Method: "POST", Pattern: messages, Do: p.send},
		{Method: "POST", Pattern: messages + "/attachments", Do: p.upload},
	}
}

// Accounts returns the accounts for a client that reaches the server at origin.
func (p *Server) Accounts(origin string) []kit.Account {
	bakery := kit.Account{Name: "Bakery", Platform: p.Name(), BaseURL: origin + "/p1", Token: privateToken, Company: "154", Pace: 40}
	cafe := bakery
	cafe.Name, cafe.Company = "Corner Café", "155"
	return []kit.Account{bakery, cafe}
}

// Second is the account of the company that speaks the second version of the API, with
// WhatsApp Business.
func (p *Server) Second(origin string) kit.Account {
	return kit.Account{Name: "Harbour Bakery", Platform: p.Name(), BaseURL: origin + "/p1", Token: privateToken, Company: "157", API: "p2", Pace: 40}
}

// Serve answers a request and reports whether it succeeded.
func (p *Server) Serve(w http.ResponseWriter, r *http.Request, found kit.Match) bool {
	v, err := p.perform(r, found)
	switch {
	case err != nil:
		kit.WriteError(w, r, found, err, p.ErrorBody)
	case v == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		kit.WriteJSON(w, http.StatusOK, v)
	}
	return err == nil
}

// ErrorBody returns an error as api/pact/REFERENCE.md "Errors" or "p2 bodies and
// errors" describes it.
func (p *Server) ErrorBody(path string, status int, text string) any {
	if strings.HasPrefix(path, p2Prefix) {
		return p2Error(status, text)
	}
	return map[string]any{"status": "errored", "errors": []string{text}}
}

// historyPage returns the conversation and the page token of a request for messages.
func historyPage(r *http.Request, words []string) (conversation, mark string) {
	return words[len(words)-1], r.URL.Query().Get("from")
}

func (p *Server) perform(r *http.Request, found kit.Match) (any, error) {
	if err := found.Err(); err != nil {
		return nil, err
	}
	params, err := kit.ReadParams(r, p.cap)
	switch {
	case !authorized(r, params):
		return nil, kit.Refusal{Status: http.StatusUnauthorized, Text: "wrong or missing private token"}
	case !takesJSON(r.Header.Values("Accept")):
		return nil, kit.Refusal{Status: http.StatusNotAcceptable, Text: "only JSON is served"}
	case err != nil:
		return nil, err
	}
	c := &kit.Call{IDs: found.IDs, Segments: found.Segments, Params: params, Now: p.options.Now().UTC(), Origin: "http://" + r.Host}
	if check := found.Route.Check; check != nil {
		if err := check(c); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.origin = c.Origin
	p.pair(c.Now)
	p.settle(c.Now)
	return found.Route.Do(c)
}

// authorized checks the token in the header, or else in the query, or else, in p2
// alone, in the body. See api/pact/REFERENCE.md "p2 authentication".
func authorized(r *http.Request, params kit.Params) bool {
	token := r.Header.Get("X-Private-Api-Token")
	if token == "" {
		token = r.URL.Query().Get("private_api_token")
	}
	if token == "" && strings.HasPrefix(kit.CleanPath(r.URL.Path), p2Prefix) {
		token = params.Get("private_api_token")
	}
	return subtle.ConstantTimeCompare([]byte(token), []byte(privateToken)) == 1
}

func takesJSON(accept []string) bool {
	all := strings.Join(accept, ",")
	for kind := range strings.SplitSeq(all, ",") {
		kind, _, _ = strings.Cut(kind, ";")
		switch strings.TrimSpace(kind) {
		case "*/*", "application/*", "application/json":
			return true
		}
	}
	return all == ""
}

// company returns the company of a path.
func (p *Server) company(c *kit.Call) (*company, error) {
	for _, one := range p.companies {
		if one.id == c.IDs[0] {
			return one, nil
		}
	}
	return nil, kit.ErrNotFound
}

// channel returns the channel of a path. If old is set it may be disabled.
func (p *Server) channel(c *kit.Call, old bool) (*company, *channel, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, nil, err
	}
	h := company.channel(c.IDs[1])
	if h == nil || h.disabled && !old {
		return nil, nil, kit.ErrNotFound
	}
	return company, h, nil
}

// pathConversation returns the conversation of a path.
func (p *Server) pathConversation(c *kit.Call) (*conversation, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	v := p.conversationByID(company, c.IDs[1])
	if v == nil || v.group {
		return nil, kit.ErrNotFound
	}
	return v, nil
}
