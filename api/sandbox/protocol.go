package sandbox

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"
)

// The credentials of the one user there is (protocol.md §1): a token, or a
// name with a password.
const (
	protocolToken    = "sandbox-protocol-token"
	protocolUser     = "studio"
	protocolPassword = "sandbox-protocol-password"
)

// Protocol is what the documents of Protocol leave open and a client must not
// count on (protocol.md §7).
type Protocol struct {
	// OldestFirst turns all lists round.
	OldestFirst bool
	// HideArchived leaves archived conversations to the list that asks for them.
	HideArchived bool
	// DropFiles takes messages in without the files that belong to them.
	DropFiles bool
}

// set changes the habits.
func (p *protocol) set(habits Protocol) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.habits = habits
}

// protocol is the Protocol API, version 1. One lock guards all that moves.
type protocol struct {
	options Options
	start   time.Time
	media   *media
	table   []route

	mu     sync.Mutex
	habits Protocol
	// made is set once the world below stands: it takes no time before it is
	// asked for.
	made          bool
	contacts      []*protocolContact
	groups        []*protocolGroup
	conversations []*protocolConversation
	uploads       []*protocolFile
	log           []Received
	// unread are messages of ours that somebody is about to read; nobody
	// reads while hold is on.
	unread []*protocolReading
	hold   hold
	// run counts seconds to the start: ids of what is made later lie above it,
	// so that they differ from those of earlier runs.
	run, serial int64
	visit       time.Time
	visits      int64
	// callers are the conversations in which somebody is about to answer.
	callers []*protocolConversation
}

func newProtocol(o Options, m *media) *protocol {
	o = o.withDefaults()
	p := &protocol{
		options: o, start: o.Now().UTC().Truncate(time.Minute), media: m,
		run: runNumber(o.Now()),
	}
	p.table = p.newTable()
	return p
}

func (p *protocol) name() string    { return "protocol" }
func (p *protocol) prefix() string  { return "/protocol/" }
func (p *protocol) routes() []route { return p.table }

func (p *protocol) newTable() []route {
	var table []route
	for _, r := range []struct {
		name                              string
		list, create, show, update, erase func(*call) (any, error)
		pages                             func(*http.Request, []string) (string, string)
	}{
		{"contacts", p.listContacts, p.createContact, p.showContact, p.updateContact, p.deleteContact, nil},
		{"conversations", p.listConversations, p.createConversation, p.showConversation, p.updateConversation, p.deleteConversation, nil},
		{"messages", p.listMessages, p.sendMessage, p.showMessage, p.updateMessage, p.deleteMessage, protocolPage},
		{"groups", p.listGroups, p.createGroup, p.showGroup, p.updateGroup, p.deleteGroup, nil},
		{"attachments", p.listAttachments, p.upload, p.showAttachment, p.updateAttachment, p.deleteAttachment, nil},
	} {
		all, one := "/protocol/v1/"+r.name, "/protocol/v1/"+r.name+"/<id>"
		table = append(table,
			route{method: "GET", pattern: all, do: r.list, pages: r.pages}, route{method: "POST", pattern: all, do: r.create},
			route{method: "GET", pattern: one, do: r.show}, route{method: "PUT", pattern: one, do: r.update},
			route{method: "DELETE", pattern: one, do: r.erase})
	}
	return table
}

// protocolPage reads the conversation and the place, which stand in the query.
func protocolPage(r *http.Request, _ []string) (conversation, mark string) {
	q := r.URL.Query()
	return q.Get("conversation_id"), q.Get("starting_after") + q.Get("ending_before")
}

func (p *protocol) accounts(origin string) []Account {
	return []Account{{Name: "Studio chat", Platform: p.name(), BaseURL: origin + "/protocol/v1", Token: protocolToken, Pace: 40}}
}

// errorBody has the one shape of errors (protocol.md §5).
func (p *protocol) errorBody(status int, text string) any {
	kind := "invalid_request"
	if status >= http.StatusInternalServerError {
		kind = "api_error"
	}
	return wireProtocolError{kind, text, "https://protocol.chat/docs/errors/" + kind}
}

func (p *protocol) serve(w http.ResponseWriter, r *http.Request, found match) bool {
	v, err := p.perform(r, found)
	if err != nil {
		refuse(w, found, err, p.errorBody)
		return false
	}
	switch r.Method {
	case http.MethodPost:
		answer(w, http.StatusCreated, v)
	case http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	default:
		answer(w, http.StatusOK, v)
	}
	return true
}

func (p *protocol) perform(r *http.Request, found match) (any, error) {
	if err := found.problem(); err != nil {
		return nil, err
	}
	if !protocolAuthorized(r) {
		return nil, refusal{status: http.StatusUnauthorized, text: "the credentials are missing or wrong"}
	}
	params, err := readParams(r, maxUpload)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.world()
	p.settle(now)
	return found.route.do(&call{words: found.words, params: params, now: now, origin: "http://" + r.Host})
}

// protocolAuthorized takes both schemes (protocol.md §1).
func protocolAuthorized(r *http.Request) bool {
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	if user, password, ok := r.BasicAuth(); ok {
		return same(user, protocolUser) && same(password, protocolPassword)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "bearer") && same(token, protocolToken)
}
