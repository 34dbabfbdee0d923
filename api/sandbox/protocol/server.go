package protocol

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"unibox/api/sandbox/kit"
)

// The credentials of the one user there is (protocol.md §1): a token, or a
// name with a password.
const (
	bearerToken  = "sandbox-protocol-token"
	userName     = "studio"
	userPassword = "sandbox-protocol-password"
)

// Behavior is what the documents of Protocol leave open and a client must not
// count on (protocol.md §7).
type Behavior struct {
	// OldestFirst turns all lists round.
	OldestFirst bool
	// HideArchived leaves archived conversations to the list that asks for them.
	HideArchived bool
	// DropFiles takes messages in without the files that belong to them.
	DropFiles bool
}

// SetBehavior changes the habits.
func (p *Server) SetBehavior(habits Behavior) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behavior = habits
}

// Server is the Protocol API, version 1. One lock guards all that moves.
type Server struct {
	options kit.Options
	start   time.Time
	media   *kit.Media
	table   []kit.Route

	mu       sync.Mutex
	behavior Behavior
	// made is set once the world below stands: it takes no time before it is
	// asked for.
	made          bool
	contacts      []*contact
	groups        []*group
	conversations []*conversation
	uploads       []*attachment
	log           []kit.Received
	// unread are messages of ours that somebody is about to read; nobody
	// reads while hold is on.
	unread []*reading
	hold   kit.Hold
	// run counts seconds to the start: ids of what is made later lie above it,
	// so that they differ from those of earlier runs.
	run, serial int64
	visit       time.Time
	visits      int64
	// callers are the conversations in which somebody is about to answer.
	callers []*conversation
}

func New(o kit.Options, m *kit.Media) *Server {
	o = o.WithDefaults()
	p := &Server{
		options: o, start: o.Now().UTC().Truncate(time.Minute), media: m,
		run: kit.RunNumber(o.Now()),
	}
	p.table = p.newTable()
	return p
}

func (p *Server) Name() string        { return "protocol" }
func (p *Server) Prefix() string      { return "/protocol/" }
func (p *Server) Routes() []kit.Route { return p.table }

func (p *Server) newTable() []kit.Route {
	var table []kit.Route
	for _, r := range []struct {
		name                              string
		list, create, show, update, erase func(*kit.Call) (any, error)
		pages                             func(*http.Request, []string) (string, string)
	}{
		{"contacts", p.listContacts, p.createContact, p.showContact, p.updateContact, p.deleteContact, nil},
		{"conversations", p.listConversations, p.createConversation, p.showConversation, p.updateConversation, p.deleteConversation, nil},
		{"messages", p.listMessages, p.sendMessage, p.showMessage, p.updateMessage, p.deleteMessage, historyPage},
		{"groups", p.listGroups, p.createGroup, p.showGroup, p.updateGroup, p.deleteGroup, nil},
		{"attachments", p.listAttachments, p.upload, p.showAttachment, p.updateAttachment, p.deleteAttachment, nil},
	} {
		all, one := "/protocol/v1/"+r.name, "/protocol/v1/"+r.name+"/<id>"
		table = append(table,
			kit.Route{Method: "GET", Pattern: all, Do: r.list, Pages: r.pages}, kit.Route{Method: "POST", Pattern: all, Do: r.create},
			kit.Route{Method: "GET", Pattern: one, Do: r.show}, kit.Route{Method: "PUT", Pattern: one, Do: r.update},
			kit.Route{Method: "DELETE", Pattern: one, Do: r.erase})
	}
	return table
}

// historyPage reads the conversation and the place, which stand in the query.
func historyPage(r *http.Request, _ []string) (conversation, mark string) {
	q := r.URL.Query()
	return q.Get("conversation_id"), q.Get("starting_after") + q.Get("ending_before")
}

func (p *Server) Accounts(origin string) []kit.Account {
	return []kit.Account{{Name: "Studio chat", Platform: p.Name(), BaseURL: origin + "/protocol/v1", Token: bearerToken, Pace: 40}}
}

// ErrorBody has the one shape of errors (protocol.md §5).
func (p *Server) ErrorBody(status int, text string) any {
	kind := "invalid_request"
	if status >= http.StatusInternalServerError {
		kind = "api_error"
	}
	return wireError{kind, text, "https://protocol.chat/docs/errors/" + kind}
}

func (p *Server) Serve(w http.ResponseWriter, r *http.Request, found kit.Match) bool {
	v, err := p.perform(r, found)
	if err != nil {
		kit.WriteError(w, found, err, p.ErrorBody)
		return false
	}
	switch r.Method {
	case http.MethodPost:
		kit.WriteJSON(w, http.StatusCreated, v)
	case http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	default:
		kit.WriteJSON(w, http.StatusOK, v)
	}
	return true
}

func (p *Server) perform(r *http.Request, found kit.Match) (any, error) {
	if err := found.Err(); err != nil {
		return nil, err
	}
	if !authorized(r) {
		return nil, kit.Refusal{Status: http.StatusUnauthorized, Text: "the credentials are missing or wrong"}
	}
	params, err := kit.ReadParams(r, kit.MaxUpload)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.options.Now().UTC()
	p.world()
	p.settle(now)
	return found.Route.Do(&kit.Call{Segments: found.Segments, Params: params, Now: now, Origin: "http://" + r.Host})
}

// authorized takes both schemes (protocol.md §1).
func authorized(r *http.Request) bool {
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	if user, password, ok := r.BasicAuth(); ok {
		return same(user, userName) && same(password, userPassword)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "bearer") && same(token, bearerToken)
}
