package textus

import (
	"sync"
	"time"
)

// memory is what the client has learned from the platform. It only saves requests:
// no answer is wrong without it.
type memory struct {
	mu sync.Mutex
	// accounts and sources are nil until they were listed. cut is set where their
	// lists broke off.
	accounts []wireAccount
	sources  []source
	cut      error
	// views holds when the user's view of a conversation was asked for.
	views map[string]view
	// taken holds what was read of the assignments of a conversation.
	taken map[string]taken
	peers map[string]peer
	// users holds names by id, me is the id of the token's user.
	users map[string]string
	me    string
	// whoAsked holds when conversations were asked for by Responsible, in the last minute.
	whoAsked []time.Time
	// named holds when the users of an account were read for a name.
	named map[string]time.Time
	// unsupported holds the operations that were answered 405 (REFERENCE.md "Verbs
	// of the links").
	unsupported map[string]bool
}

// peer is where a message to a conversation goes.
type peer struct {
	account, phone string
	// barred is the reason why nothing can be sent; empty if it can.
	barred string
}

func newMemory() *memory {
	return &memory{peers: map[string]peer{}, users: map[string]string{}, views: map[string]view{}, taken: map[string]taken{}, named: map[string]time.Time{}, unsupported: map[string]bool{}}
}

func (m *memory) peer(slug string) (peer, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.peers[slug]
	return p, ok
}

func (m *memory) setPeer(slug string, p peer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.peers[slug] = p
}

func (m *memory) learnUser(u wireUser) {
	if u.ID == "" || u.Name == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users[string(u.ID)] = string(u.Name)
}

// user returns the id and the known name of a user, given as a link or a value.
func (m *memory) user(r ref[wireUser]) (id, name string) {
	if r.value != nil {
		m.learnUser(*r.value)
		return string(r.value.ID), string(r.value.Name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return r.link, m.users[r.link]
}

func (m *memory) setMe(id string) {
	if id == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.me = id
}

func (m *memory) whoami() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.me
}

func (m *memory) setUnsupported(op string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unsupported[op] = true
}

func (m *memory) isUnsupported(op string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.unsupported[op]
}

func (m *memory) listed() ([]wireAccount, []source, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.accounts, m.sources, m.cut
}

// setAccounts forgets the sources, which depend on the accounts.
func (m *memory) setAccounts(list []wireAccount, cut error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.accounts, m.sources, m.cut = list, nil, cut
}

func (m *memory) setSources(list []source, cut error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sources, m.cut = list, cut
}
