package pact

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"unibox/api/sandbox/kit"
)

// privateToken is the private token of the one user there is, who owns all
// companies (pact.md §1.1).
const privateToken = "sandbox-private-token"

// Server is Pact's p1 API. One lock guards all that moves; requests are read
// before it is taken and answered after it is left.
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
	log       []kit.Received
	// ids are the last ones given away.
	jobID, uploadID, channelID int64
	hold                       kit.Hold
	// run counts seconds to the start. The ids of all that is made later lie
	// above it, so that a client which remembers an earlier run cannot take
	// a job or a message of this one for one of that.
	run int64
	// visit is when the next customer writes by himself, after visits others.
	visit  time.Time
	visits int64
	// callers are the conversations whose customer is about to answer.
	callers []*conversation
}

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

func (p *Server) Name() string        { return "pact" }
func (p *Server) Prefix() string      { return "/p1/" }
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

func (p *Server) Accounts(origin string) []kit.Account {
	bakery := kit.Account{Name: "Bakery", Platform: p.Name(), BaseURL: origin + "/p1", Token: privateToken, Company: "154", Pace: 40}
	cafe := bakery
	cafe.Name, cafe.Company = "Corner Café", "155"
	return []kit.Account{bakery, cafe}
}

func (p *Server) Serve(w http.ResponseWriter, r *http.Request, found kit.Match) bool {
	v, err := p.perform(r, found)
	if err == nil {
		kit.WriteJSON(w, http.StatusOK, v)
		return true
	}
	kit.WriteError(w, found, err, p.ErrorBody)
	return false
}

func (p *Server) ErrorBody(_ int, text string) any {
	return map[string]any{"status": "errored", "errors": []string{text}}
}

// historyPage reads the last number of the path and the token.
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

// authorized takes the token from the header, or else from the query.
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

// company returns the company that a path begins with.
func (p *Server) company(c *kit.Call) (*company, error) {
	for _, one := range p.companies {
		if one.id == c.IDs[0] {
			return one, nil
		}
	}
	return nil, kit.ErrNotFound
}

// channel returns the channel of a path, disabled ones too where old is set.
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
