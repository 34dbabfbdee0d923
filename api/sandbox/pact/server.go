// Package pact serves version p1 of Pact's API, which api/pact/REFERENCE.md
// describes.
//
// There are three companies, all with one token. Company 154 has as many
// conversations as the options say, over six channels, with all hard cases; some of
// its customers send the files of the traps. Company 155 satisfies the official
// Python SDK. Company 156 answers with nulls, missing fields and an unknown provider.
//
// A delivery takes about the options' JobTime. It fails if
//
//   - the text contains #fail, or the phone number is 70000000000 ("the contact does
//     not exist"; user_exists says false)
//   - a WhatsApp message has both a text and a file that is not an image
//   - the channel is disabled ("the integration does not work")
//
// Viber delivers at once: its jobs are delivered in the answer to the send.
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

// Server serves Pact's p1 API. Requests are read before mu is locked and answered
// after it is unlocked.
type Server struct {
	options kit.Options
	start   time.Time
	media   *kit.Media
	table   []kit.Route
	cap     int64

	mu        sync.Mutex
	companies []*company
	threads   map[int64]*thread
	jobs      map[int64]*job
	pending   []*job
	uploads   map[int64]*upload
	accepted  []kit.Received
	// The last ids that were given.
	jobID, uploadID, channelID int64
	hold                       kit.Hold
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
		run: kit.RunNumber(o.Now()),
	}
	p.jobID, p.uploadID, p.channelID = p.run, p.run, 500
	p.table = p.newTable()
	return p
}

// Name returns "pact".
func (p *Server) Name() string { return "pact" }

// Prefix returns the beginning of all paths.
func (p *Server) Prefix() string { return "/p1/" }

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
		{Method: "POST", Pattern: "/p1/companies", Do: p.createCompany},
		{Method: "PUT", Pattern: company, Do: p.updateCompany},
		{Method: "GET", Pattern: company + "/channels", Do: p.listChannels},
		{Method: "POST", Pattern: company + "/channels", Do: p.connect},
		{Method: "PUT", Pattern: channel, Do: p.updateChannel},
		{Method: "DELETE", Pattern: channel, Do: p.disconnect},
		{Method: "POST", Pattern: channel + "/conversations", Do: p.firstMessage},
		{Method: "GET", Pattern: channel + "/user_exists", Do: p.userExists},
		{Method: "GET", Pattern: channel + "/jobs/{j}", Do: p.showJob},
		{Method: "GET", Pattern: company + "/conversations", Do: p.listConversations},
		{Method: "POST", Pattern: company + "/conversations", Do: p.createConversation},
		{Method: "GET", Pattern: conversation, Do: p.showConversation},
		{Method: "PUT", Pattern: conversation, Do: p.showConversation},
		{Method: "PUT", Pattern: conversation + "/assign", Do: p.assign},
		{Method: "PUT", Pattern: conversation + "/note", Do: p.note},
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

// Serve answers a request and reports whether it succeeded.
func (p *Server) Serve(w http.ResponseWriter, r *http.Request, found kit.Match) bool {
	v, err := p.perform(r, found)
	if err == nil {
		kit.WriteJSON(w, http.StatusOK, v)
		return true
	}
	kit.WriteError(w, found, err, p.ErrorBody)
	return false
}

// ErrorBody returns an error as api/pact/REFERENCE.md "Errors" describes it.
func (p *Server) ErrorBody(_ int, text string) any {
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
	switch {
	case !authorized(r):
		return nil, kit.Refusal{Status: http.StatusUnauthorized, Text: "wrong or missing private token"}
	case !takesJSON(r.Header.Values("Accept")):
		return nil, kit.Refusal{Status: http.StatusNotAcceptable, Text: "only JSON is served"}
	}
	params, err := kit.ReadParams(r, p.cap)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	return found.Route.Do(&kit.Call{IDs: found.IDs, Segments: found.Segments, Params: params, Now: now, Origin: "http://" + r.Host})
}

// authorized checks the token in the header, or else in the query.
func authorized(r *http.Request) bool {
	token := r.Header.Get("X-Private-Api-Token")
	if token == "" {
		token = r.URL.Query().Get("private_api_token")
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
	if v == nil {
		return nil, kit.ErrNotFound
	}
	return v, nil
}
