package sandbox

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"
)

// pactToken is the private token of the one user there is, who owns all
// companies (pact.md §1.1).
const pactToken = "sandbox-private-token"

// pact is Pact's p1 API. One lock guards all that moves; requests are read
// before it is taken and answered after it is left.
type pact struct {
	options Options
	start   time.Time
	media   *media
	table   []route
	cap     int64

	mu        sync.Mutex
	companies []*pactCompany
	threads   map[int64]*thread
	jobs      map[int64]*pactJob
	pending   []*pactJob
	uploads   map[int64]*pactUpload
	log       []Received
	// ids are the last ones given away.
	jobID, uploadID, channelID int64
	hold                       hold
	// run counts seconds to the start. The ids of all that is made later lie
	// above it, so that a client which remembers an earlier run cannot take
	// a job or a message of this one for one of that.
	run int64
	// visit is when the next customer writes by himself, after visits others.
	visit  time.Time
	visits int64
	// callers are the conversations whose customer is about to answer.
	callers []*pactConversation
}

func newPact(o Options, m *media) *pact {
	o = o.withDefaults()
	p := &pact{
		options: o, start: o.Now().UTC().Truncate(time.Minute), media: m, cap: maxUpload,
		companies: newCompanies(o.Conversations),
		threads:   map[int64]*thread{}, jobs: map[int64]*pactJob{}, uploads: map[int64]*pactUpload{},
		run: runNumber(o.Now()),
	}
	p.jobID, p.uploadID, p.channelID = p.run, p.run, 500
	p.table = p.newTable()
	return p
}

func (p *pact) name() string    { return "pact" }
func (p *pact) prefix() string  { return "/p1/" }
func (p *pact) routes() []route { return p.table }

func (p *pact) newTable() []route {
	const (
		company      = "/p1/companies/{c}"
		channel      = company + "/channels/{h}"
		conversation = company + "/conversations/{v}"
		messages     = conversation + "/messages"
	)
	return []route{
		{method: "GET", pattern: "/p1/companies", do: p.listCompanies},
		{method: "POST", pattern: "/p1/companies", do: p.createCompany},
		{method: "PUT", pattern: company, do: p.updateCompany},
		{method: "GET", pattern: company + "/channels", do: p.listChannels},
		{method: "POST", pattern: company + "/channels", do: p.connect},
		{method: "PUT", pattern: channel, do: p.updateChannel},
		{method: "DELETE", pattern: channel, do: p.disconnect},
		{method: "POST", pattern: channel + "/conversations", do: p.firstMessage},
		{method: "GET", pattern: channel + "/user_exists", do: p.userExists},
		{method: "GET", pattern: channel + "/jobs/{j}", do: p.showJob},
		{method: "GET", pattern: company + "/conversations", do: p.listConversations},
		{method: "POST", pattern: company + "/conversations", do: p.createConversation},
		{method: "GET", pattern: conversation, do: p.showConversation},
		{method: "PUT", pattern: conversation, do: p.showConversation},
		{method: "PUT", pattern: conversation + "/assign", do: p.assign},
		{method: "PUT", pattern: conversation + "/note", do: p.note},
		{method: "GET", pattern: messages, do: p.listMessages, pages: pactPage},
		{method: "POST", pattern: messages, do: p.send},
		{method: "POST", pattern: messages + "/attachments", do: p.upload},
	}
}

func (p *pact) accounts(origin string) []Account {
	bakery := Account{Name: "Bakery", Platform: p.name(), BaseURL: origin + "/p1", Token: pactToken, Company: "154", Pace: 40}
	cafe := bakery
	cafe.Name, cafe.Company = "Corner Café", "155"
	return []Account{bakery, cafe}
}

func (p *pact) serve(w http.ResponseWriter, r *http.Request, found match) bool {
	v, err := p.perform(r, found)
	if err == nil {
		answer(w, http.StatusOK, v)
		return true
	}
	refuse(w, found, err, p.errorBody)
	return false
}

func (p *pact) errorBody(_ int, text string) any {
	return map[string]any{"status": "errored", "errors": []string{text}}
}

// pactPage reads the last number of the path and the token.
func pactPage(r *http.Request, words []string) (conversation, mark string) {
	return words[len(words)-1], r.URL.Query().Get("from")
}

func (p *pact) perform(r *http.Request, found match) (any, error) {
	if err := found.problem(); err != nil {
		return nil, err
	}
	switch {
	case !authorized(r):
		return nil, refusal{status: http.StatusUnauthorized, text: "wrong or missing private token"}
	case !takesJSON(r.Header.Values("Accept")):
		return nil, refusal{status: http.StatusNotAcceptable, text: "only JSON is served"}
	}
	params, err := readParams(r, p.cap)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.settle(now)
	return found.route.do(&call{ids: found.ids, words: found.words, params: params, now: now, origin: "http://" + r.Host})
}

// authorized takes the token from the header, or else from the query.
func authorized(r *http.Request) bool {
	token := r.Header.Get("X-Private-Api-Token")
	if token == "" {
		token = r.URL.Query().Get("private_api_token")
	}
	return subtle.ConstantTimeCompare([]byte(token), []byte(pactToken)) == 1
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
func (p *pact) company(c *call) (*pactCompany, error) {
	for _, one := range p.companies {
		if one.id == c.ids[0] {
			return one, nil
		}
	}
	return nil, errMissing
}

// channel returns the channel of a path, disabled ones too where old is set.
func (p *pact) channel(c *call, old bool) (*pactCompany, *pactChannel, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, nil, err
	}
	h := company.channel(c.ids[1])
	if h == nil || h.disabled && !old {
		return nil, nil, errMissing
	}
	return company, h, nil
}

// pathConversation returns the conversation of a path.
func (p *pact) pathConversation(c *call) (*pactConversation, error) {
	company, err := p.company(c)
	if err != nil {
		return nil, err
	}
	v := p.conversationByID(company, c.ids[1])
	if v == nil {
		return nil, errMissing
	}
	return v, nil
}
