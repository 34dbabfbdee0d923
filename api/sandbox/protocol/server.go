// Package protocol serves the API of Protocol, which api/protocol/REFERENCE.md
// describes.
//
// It has a quarter of the conversations that the options ask for. A fifth of them are
// groups, some are archived, pinned or muted, one is empty, and some contacts have no
// conversation. What the documents leave open is decided as
// api/protocol/REFERENCE.md "The sandbox" says; [Behavior] changes some of it.
//
// Nothing is delivered: a message is there once it is accepted. The other side reads it
// some seconds later and may answer.
package protocol

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"sync"
	"time"

	"unibox/api/sandbox/kit"
)

// The credentials of the only user: a token, or a name and a password. See
// api/protocol/REFERENCE.md "Requests".
const (
	bearerToken  = "sandbox-protocol-token"
	userName     = "studio"
	userPassword = "sandbox-protocol-password"
)

// Behavior is what the documents of Protocol leave open, so that a client must not
// rely on it. The zero value is the behavior that is taken for likely.
type Behavior struct {
	// OldestFirst reverses all lists. See
	// api/protocol/REFERENCE.md "Order of lists".
	OldestFirst bool
	// HideArchived leaves archived conversations out of the plain list. See
	// api/protocol/REFERENCE.md "Archived conversations".
	HideArchived bool
	// DropFiles accepts messages without their files. See
	// api/protocol/REFERENCE.md "Files of a message".
	DropFiles bool
}

// SetBehavior changes the behavior.
func (p *Server) SetBehavior(b Behavior) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.behavior = b
}

// Server serves version 1 of the Protocol API. mu guards everything that changes.
type Server struct {
	options kit.Options
	start   time.Time
	media   *kit.Media
	table   []kit.Route

	mu       sync.Mutex
	behavior Behavior
	// built is set by build. Before the first request there is no data.
	built         bool
	contacts      []*contact
	groups        []*group
	conversations []*conversation
	uploads       []*attachment
	accepted      []kit.Received
	// pendingReads has messages that the other side is about to read. Nobody
	// reads while hold is active.
	pendingReads []*pendingRead
	hold         kit.Hold
	// run is the kit.RunNumber: ids of what is made after the start are above
	// it. serial is the last serial number that was given.
	run, serial int64
	nextVisit   time.Time
	visits      int64
	// answering has the conversations in which somebody is about to answer.
	answering []*conversation
	// listeners get events, emitted counts these, origin is where the last
	// request went to.
	hooks     *kit.Webhooks
	listeners []listener
	emitted   int64
	origin    string
}

var _ kit.Platform = (*Server)(nil)

// New returns a server of Protocol that keeps its files in m.
func New(o kit.Options, m *kit.Media) *Server {
	o = o.WithDefaults()
	p := &Server{
		options: o, start: o.Now().UTC().Truncate(time.Minute), media: m,
		run: kit.RunNumber(o.Now()), hooks: kit.NewWebhooks(o.Now),
	}
	p.table = p.newTable()
	return p
}

// Name returns "protocol".
func (p *Server) Name() string { return "protocol" }

// Prefixes returns the beginning of all paths.
func (p *Server) Prefixes() []string { return []string{"/protocol/"} }

// Routes returns all routes.
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

// historyPage returns the conversation and the page token of a request for messages.
func historyPage(r *http.Request, _ []string) (conversation, mark string) {
	q := r.URL.Query()
	return q.Get("conversation_id"), q.Get("starting_after") + q.Get("ending_before")
}

// Accounts returns the accounts for a client that reaches the server at origin.
func (p *Server) Accounts(origin string) []kit.Account {
	return []kit.Account{{Name: "Studio chat", Platform: p.Name(), BaseURL: origin + "/protocol/v1", Token: bearerToken, Pace: 40}}
}

// ErrorBody returns an error as api/protocol/REFERENCE.md "Errors" describes it.
func (p *Server) ErrorBody(_ string, status int, text string) any {
	kind := "invalid_request"
	if status >= http.StatusInternalServerError {
		kind = "api_error"
	}
	return wireError{kind, text, "https://protocol.chat/docs/errors/" + kind}
}

// Serve answers a request and reports whether it succeeded.
func (p *Server) Serve(w http.ResponseWriter, r *http.Request, found kit.Match) bool {
	v, err := p.perform(r, found)
	if err != nil {
		kit.WriteError(w, r, found, err, p.ErrorBody)
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
	p.build()
	p.settle(now)
	p.origin = "http://" + r.Host
	c := &kit.Call{Segments: found.Segments, Params: params, Now: now, Origin: p.origin}
	answer, err := found.Route.Do(c)
	if err == nil {
		p.emitChange(r.Method, found.Route.Pattern, c, answer)
	}
	return answer, err
}

// authorized checks either kind of credentials.
func authorized(r *http.Request) bool {
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	if user, password, ok := r.BasicAuth(); ok {
		return same(user, userName) && same(password, userPassword)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "bearer") && same(token, bearerToken)
}
