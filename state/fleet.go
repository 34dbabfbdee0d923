package state

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"unibox/api"
)

// Fleet is the database that several boxes share: what exists nowhere else, which each
// box has a copy of. It is safe for concurrent use. Its errors are a StoreError where
// a person can do something about them.
type Fleet interface {
	// Team names the database for its life, so that a copy of one is never taken for
	// that of another.
	Team(ctx context.Context) (string, error)
	// Write commits w, if nobody changed the same behind w.Base. ErrFleetMoved: somebody
	// did, follow and try again. ErrNoLease: w names a lease that its holder does not
	// have any more. After any
	// other error nothing of w is there, nor will be, but for ErrFleetUnsure.
	Write(ctx context.Context, w FleetWrite) error
	// Settle says of commits, by their names, at which positions those are that were made. The others
	// never will be; unless sure, another server took over lately, and may lack what the one before had.
	Settle(ctx context.Context, names []string) (made map[string]int64, sure bool, err error)
	// Since hands every row that changed behind a position to take, in the order of the
	// commits, and returns the position up to which that is all. ErrFleetBehind: it
	// does not know that position. ErrFleetPruned: it does not know any more all that
	// changed since. A reader whose layout is older than that of the rows
	// is refused.
	Since(ctx context.Context, from FleetPos, layout int, take func(FleetRow) error) (upTo FleetPos, err error)
	// Followed says how far a copy has followed: what all copies have is pruned some day.
	Followed(ctx context.Context, reader string, at FleetPos) error
	// Retentions says how long a box keeps messages, and returns how long each of the boxes does.
	// One that has not said so keeps them for ever.
	Retentions(ctx context.Context, reader string, own Retention) ([]Retention, error)
	// AgentKeys are the keys by which agents are let in, or are not any more, on all boxes. LetIn
	// adds one, also of an agent who was removed. FoundAgentKeys tells of keys that a box has: of
	// an agent who was removed they are, too. RemoveAgent has all boxes refuse an agent.
	AgentKeys(ctx context.Context) (AgentKeys, error)
	LetIn(ctx context.Context, k AgentKey) error
	FoundAgentKeys(ctx context.Context, all []AgentKey) error
	RemoveAgent(ctx context.Context, agent, box string) error
	// KnownAgentKeys tells of what a box knows and the database has lost.
	KnownAgentKeys(ctx context.Context, all []AgentKey) error
	// Doubt has all who hold leases look whether the database still has the commits that
	// they sent by, before they go on: it has lost some.
	Doubt(ctx context.Context) error
	// Trust says that who has a lease has acted on its being Turned: until then whoever has it next
	// is told as well. ErrNoLease where it is another's by now, or another server has taken over again.
	Trust(ctx context.Context, held FleetLease) error
	// News says what there may be something new of, also where that is not certain: after
	// each connect, and every few seconds. It is closed once ctx ends.
	News(ctx context.Context) <-chan FleetNews
	// Hold takes the lease of each of the accounts as soon as it is free, and runs run
	// beside the others while it is held. Its context carries a permit (api.WithPermit)
	// and ends when the lease is lost; Hold then waits for it again. So it does after a while where
	// run returns ErrFleetYield: other boxes get the lease first. When one run ends by
	// itself Hold ends the others, gives the leases back and returns what it returned. A box
	// whose layout is older than that of the rows could send nothing, and neither takes a lease
	// nor keeps one.
	Hold(ctx context.Context, accounts []api.AccountID, who string, layout int, run func(ctx context.Context, held FleetLease) error) error
	// Meet says who is on a box, which counts as there for a while after it, and returns who
	// is on the others, and all claims.
	Meet(ctx context.Context, box FleetBox, here []FleetSession) (others []FleetSession, claims []FleetClaim, err error)
	// Introduce tells of a box by its id and the marks that it last told, the newest last. It returns
	// false where a box of that id told another one last: one of the two is a copy.
	Introduce(ctx context.Context, id, name string, marks []string) (same bool, err error)
	// Part says that a session has ended.
	Part(ctx context.Context, session string) error
	// Claim takes a customer out of the queue for an agent, and returns who has them: where
	// that is another agent, nothing was taken, unless over says to take over. An agent who
	// has as many as most is refused with ErrClaims.
	Claim(ctx context.Context, box FleetBox, want FleetClaim, most int, over bool) (has FleetClaim, err error)
	// Claims are those of some customers, as they are now.
	Claims(ctx context.Context, ids ...api.ConversationID) ([]FleetClaim, error)
	// Unclaim gives customers of an agent back to the queue.
	Unclaim(ctx context.Context, agent string, ids ...api.ConversationID) error
	// Publish stores what this process has read of an account whose lease it has:
	// ErrNoLease if it has not.
	Publish(ctx context.Context, box FleetBox, lease FleetLease, pages []FleetPage) error
	// Pages hands what other boxes have published of accounts, behind a position of each, to
	// take, in the order in which it was published and not more than a number of them. It
	// returns up to which position that is all. Where it hands fewer and that is not as far as
	// one of the positions, the database has lost pages. server names the server and its history:
	// positions of another one are of no use.
	Pages(ctx context.Context, box FleetBox, from map[api.AccountID]int64, most int, take func(FleetPage) error) (upTo int64, server string, err error)
	// Ask has the box that has the lease of an account answer, and waits for that.
	Ask(ctx context.Context, account api.AccountID, body string) (answer string, err error)
	// Asked hands what waits for an answer of accounts to answer, one after the other.
	Asked(ctx context.Context, accounts []api.AccountID, answer func(account api.AccountID, body string) string) error
	// PutFile stores a file of a message for the box that sends it, HasFile reports whether
	// it is there, and GetFile writes it to to: ErrNoSuch where it is not. DropFiles removes
	// those of all messages but some, that are not just being stored, and that no message which
	// is not done, and no draft, of the database names.
	PutFile(ctx context.Context, message, name string, size int64, from io.Reader) error
	HasFile(ctx context.Context, message, name string) (bool, error)
	GetFile(ctx context.Context, message, name string, to io.Writer) error
	DropFiles(ctx context.Context, but []string) error
	// Now is the time of day of the database, that of this box while it never answered.
	Now() time.Time
	// Reached is when the database last answered.
	Reached() time.Time
	Close()
}

// Errors of a fleet.
var (
	// ErrFleetMoved: another box changed the same meanwhile.
	ErrFleetMoved = errors.New("another box was faster")
	// ErrFleetAway: the database did not answer, and has not stored it.
	ErrFleetAway = errors.New("the team's database does not answer")
	// ErrFleetUnsure: the connection ended during the commit, and nobody can be asked
	// what became of it. The feed will show it, if it is there.
	ErrFleetUnsure = errors.New("the team's database did not say whether it stored this")
	// ErrFleetYield ends the run of who has a lease and cannot work by it on this box: another may.
	ErrFleetYield = errors.New("this box cannot work for the account now")
	// ErrFleetTaken: another agent has taken a customer who was to be answered.
	ErrFleetTaken = errors.New("a colleague has just taken this customer, and the config wants that only they answer (only_assignee_sends)")
	// ErrFleetTurned: another server took over, and who has the lease, or the other boxes, have
	// yet to find out whether it lacks something of what was sent.
	ErrFleetTurned = errors.New("another server has taken over as the team's database, and it is being looked at what it lacks")
	// ErrFleetBehind: the database knows less than its copy, as one that was restored
	// or took over without all that another had.
	ErrFleetBehind = errors.New("the team's database knows less than this box")
	// ErrFleetPruned: it has forgotten what it changed behind that position.
	ErrFleetPruned = errors.New("this box has not asked the team's database for too long")
)

// FleetNews is what there may be something new of: a set of these.
type FleetNews uint8

// What there may be news of.
const (
	// FleetRows: rows behind the last position.
	FleetRows FleetNews = 1 << iota
	// FleetPeople: sessions and claims.
	FleetPeople
	// FleetPages: what other boxes have read.
	FleetPages
	// FleetAsks: what other boxes want read.
	FleetAsks

	FleetAll = FleetRows | FleetPeople | FleetPages | FleetAsks
)

// FleetBox is a machine of the team: ID names it for its life, Name is for people.
type FleetBox struct{ ID, Name string }

// FleetSession is a session on a box. Body is what the boxes alone understand; Box is the name
// of its box, where it is another's.
type FleetSession struct {
	ID   string `json:"id"`
	Box  string `json:"box"`
	Body string `json:"body"`
}

// FleetClaim is a claim of a session, which ends with it.
type FleetClaim struct {
	Claim
	Session string
}

// FleetPage is what the holder of an account's lease has read of a conversation, or of the
// account itself where Conversation names none. Body is what the boxes alone understand, empty
// for what is gone. Pos is given by the database.
type FleetPage struct {
	Conversation api.ConversationID
	Body         string
	Pos          int64
}

// FleetRow is a row that the boxes share. Key names it among those of its kind, on
// every box.
type FleetRow struct {
	Kind, Key    string
	Conversation api.ConversationID
	// Columns is the row; nil once it is gone.
	Columns json.RawMessage
	// Pos is where the row is in the feed: behind all that was committed before. The
	// database gives it.
	Pos int64
}

// FleetPos is a place in the feed: the position of a commit, and its own name. The
// zero value is before the first.
type FleetPos struct {
	Pos    int64
	Commit string
}

// FleetLease is the right of a holder to work for an account, in one epoch.
type FleetLease struct {
	Account api.AccountID
	Holder  string
	Epoch   int64
	// Turned: another server took over since the lease was last held, and may lack
	// commits by which its holder has sent. It stays so until Trust.
	Turned bool
}

// FleetAnswer is that an agent answers a customer.
type FleetAnswer struct {
	Conversation api.ConversationID
	Agent        string
}

// FleetWrite is one commit.
type FleetWrite struct {
	// Name is the commit's own, for Settle. Without one it cannot be asked for.
	Name string
	// Base is the position up to which the writer has followed, After the name of the
	// commit there; where that is not known to the database the writer has to follow
	// first. Empty is not asked for. Layout is the layout of its rows.
	Base   int64
	After  string
	Layout int
	Rows   []FleetRow
	// Touched are the conversations that nobody else may have changed meanwhile,
	// besides those of the rows.
	Touched []api.ConversationID
	// Answers are the customers whom agents answer by that: it must not be committed where another agent
	// has taken one of them: ErrFleetTaken. With them it is Settled.
	Answers []FleetAnswer
	// Settled: it must not be committed where another server has just taken over, before the
	// boxes had time to bring back what that one lacks: ErrFleetTurned.
	Settled bool
	// Leases are those without which it must not be committed.
	Leases []FleetLease
}
