package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"unibox/api"
	"unibox/state"
)

// since answers with all that changed behind a position, in one statement and so of one
// moment. The position itself comes with each row, and alone where nothing changed;
// whether the position that was asked from is one of this feed too, and whether what came
// behind it is not all there any more.
const since = `SELECT f.pos, f.last, f.layout, $1::bigint = 0 OR EXISTS (SELECT FROM unibox.written w WHERE w.id = $2::text AND w.pos = $1),
	$1 <> 0 AND $1 < f.floor, clock_timestamp(), i.kind, i.key, i.account, i.conv, i.pos, i.columns::text
	FROM unibox.feed f LEFT JOIN unibox.item i ON i.pos > $1 ORDER BY i.pos`

// Since implements state.Fleet.
func (f *Fleet) Since(ctx context.Context, from state.FleetPos, layout int, take func(state.FleetRow) error) (upTo state.FleetPos, err error) {
	err = f.stream(ctx, func(ctx context.Context, c *pgxpool.Conn, came func()) error {
		asked, first := f.clock(), true
		rows, err := c.Query(ctx, since, from.Pos, from.Commit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			came()
			day, err := scanRow(rows, layout, &upTo, take)
			if first {
				f.day.saw(day, asked, f.clock())
			}
			if first = false; err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return upTo, err
}

// scanRow hands a row to take, and returns the database's time of day.
func scanRow(rows pgx.Rows, layout int, upTo *state.FleetPos, take func(state.FleetRow) error) (day time.Time, err error) {
	var known, pruned bool
	var newest int
	var kind, key, account, conv, columns *string
	var pos *int64
	if err := rows.Scan(&upTo.Pos, &upTo.Commit, &newest, &known, &pruned, &day, &kind, &key, &account, &conv, &pos, &columns); err != nil {
		return day, err
	}
	switch {
	case newest > layout:
		return day, errLayout
	case pruned:
		return day, state.ErrFleetPruned
	case !known:
		return day, state.ErrFleetBehind
	}
	if kind == nil {
		return day, nil
	}
	r := state.FleetRow{Kind: *kind, Key: *key, Conversation: api.ConversationID{Account: api.AccountID(*account), Remote: *conv}, Pos: *pos}
	if columns != nil {
		r.Columns = []byte(*columns)
	}
	return day, take(r)
}

const (
	// lookEvery is how often the feed is looked at without a notice.
	lookEvery = 3 * time.Second
	// connectAgain is the pause after a connection that failed.
	connectAgain = time.Second
)

// News implements state.Fleet. It has a connection of its own, which listens.
func (f *Fleet) News(ctx context.Context) <-chan state.FleetNews {
	h := &hearing{wake: make(chan struct{}, 1)}
	news := make(chan state.FleetNews)
	go func() {
		for ctx.Err() == nil {
			f.listen(ctx, h.note)
			h.note(state.FleetAll) // who follows finds out what is wrong
			pause(ctx, connectAgain)
		}
	}()
	go func() {
		defer close(news)
		h.pass(ctx, news)
	}()
	return news
}

// hearing is what was heard and not yet passed on.
type hearing struct {
	wake chan struct{}
	mu   sync.Mutex
	of   state.FleetNews
}

func (h *hearing) note(of state.FleetNews) {
	h.mu.Lock()
	h.of |= of
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

func (h *hearing) take() (of state.FleetNews) {
	h.mu.Lock()
	defer h.mu.Unlock()
	of, h.of = h.of, 0
	return of
}

// pass hands on what is heard until ctx ends.
func (h *hearing) pass(ctx context.Context, news chan<- state.FleetNews) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		}
		select {
		case <-ctx.Done():
			return
		case news <- h.take():
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// channels are what is listened to, and what a notice there is about.
var channels = map[string]state.FleetNews{
	"unibox":      state.FleetRows,
	"unibox_met":  state.FleetPeople,
	"unibox_page": state.FleetPages,
	"unibox_ask":  state.FleetAsks,
}

// listen says that there may be news after it has connected, with each notice, and every
// few seconds, until the connection ends.
func (f *Fleet) listen(ctx context.Context, news func(of state.FleetNews)) {
	connecting, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	c, err := pgx.ConnectConfig(connecting, f.pool.Config().ConnConfig)
	if err != nil {
		return
	}
	defer func() { _ = c.Close(context.WithoutCancel(connecting)) }()
	for name := range channels {
		if _, err := c.Exec(connecting, "LISTEN "+name); err != nil {
			return
		}
	}
	for news(state.FleetAll); ctx.Err() == nil; {
		waiting, cancel := context.WithTimeout(ctx, lookEvery)
		heard, err := c.WaitForNotification(waiting)
		cancel()
		switch {
		case err == nil:
			news(channels[heard.Channel])
		case waiting.Err() == nil || c.IsClosed():
			return
		default:
			news(state.FleetAll)
		}
	}
}
