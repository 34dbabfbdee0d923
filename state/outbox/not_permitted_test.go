package outbox

import (
	"context"
	"errors"
	"testing"

	"unibox/api"
	"unibox/state"
)

// sleeper is a client whose process is stopped right before it writes: when it
// goes on, do has happened and its permit has ended.
type sleeper struct {
	api.Provider
	do func()
}

func (s sleeper) Send(context.Context, api.Outgoing) (api.Receipt, error) {
	s.do()
	return api.Receipt{}, &api.Error{Kind: api.ErrUnavailable, Err: &api.NotPermitted{Err: errors.New("it slept")}}
}

// A process that slept before it wrote its request says so when another has
// taken over, which then sends; unless the agent has decided meanwhile.
func TestHeldBackRequestIsSentByTheNextLeaseHolder(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(d *session, id int64)
		want      string
	}{
		"as it was claimed": {func(*session, int64) {}, "queued"},
		"held for uncertain": {func(d *session, id int64) {
			d.disk.rows[d.disk.find(id)].Status = state.Uncertain
		}, "queued"},
		"left by the agent": {func(d *session, id int64) {
			o := &d.disk.rows[d.disk.find(id)]
			o.Status, o.Left = state.Uncertain, true
		}, "uncertain"},
		"sent again by the agent": {func(d *session, id int64) {
			o := &d.disk.rows[d.disk.find(id)]
			o.Status, o.Attempts = state.InFlight, o.Attempts+1
		}, "inflight"},
	} {
		t.Run(name, func(t *testing.T) {
			d, s := politeSender(t)
			o := d.say(1, "hello")[0]
			s.provider = sleeper{s.provider, func() {
				d.process.noLease.Store(true)
				c.meanwhile(d, o.ID)
			}}
			if err := s.send(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			d.expect(o.ID, c.want)
		})
	}
}
