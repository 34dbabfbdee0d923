package pact

import (
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// extra counts the messages since the start, by customers and by agents.
func (p *Server) extra() (theirs, ours int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.threads {
		for _, m := range t.extra {
			if m.income {
				theirs++
			} else {
				ours++
			}
		}
	}
	return theirs, ours
}

func TestCustomersWriteUnprompted(t *testing.T) {
	alive(t, kit.Options{}, func(p *Server) {
		time.Sleep(10 * time.Minute)
		if theirs, ours := p.extra(); theirs < 40 || theirs > 100 || ours != 0 {
			t.Errorf("%d by customers and %d by us in ten minutes", theirs, ours)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		for id := range p.threads {
			if p.conversationByID(p.companies[0], id) == nil {
				t.Errorf("conversation %d of another company has new messages", id)
			}
		}
	})
}

func TestQuietCustomersDoNotWrite(t *testing.T) {
	alive(t, kit.Options{Quiet: true}, func(p *Server) {
		p.sendEverywhere(20)
		time.Sleep(10 * time.Minute)
		if theirs, ours := p.extra(); theirs != 0 || ours != 20 {
			t.Errorf("%d by customers, %d by us", theirs, ours)
		}
	})
}

func TestCustomersAnswer(t *testing.T) {
	alive(t, kit.Options{}, func(p *Server) {
		p.mu.Lock()
		p.nextVisit = time.Now().Add(24 * time.Hour)
		p.mu.Unlock()
		p.sendEverywhere(40)
		time.Sleep(5 * time.Second)
		if theirs, ours := p.extra(); theirs != 0 || ours != 40 {
			t.Errorf("%d by customers and %d by us after 5 s", theirs, ours)
		}
		time.Sleep(30 * time.Second)
		if theirs, _ := p.extra(); theirs < 20 || theirs > 36 {
			t.Errorf("%d of 40 customers answered", theirs)
		}
	})
}

// sendEverywhere sends one message in each of the first n conversations.
func (p *Server) sendEverywhere(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range n {
		v := p.conversation(p.companies[0], i)
		p.accept(time.Now().UTC(), &job{company: v.company, channel: v.company.carrying(v.kind), conversation: v, text: "hello"})
	}
}

func TestActivityFollowsFromTheSeed(t *testing.T) {
	said := func() (texts []string) {
		alive(t, kit.Options{Seed: 3}, func(p *Server) {
			time.Sleep(5 * time.Minute)
			p.mu.Lock()
			defer p.mu.Unlock()
			for i := range 60 {
				if t := p.threads[p.companies[0].first+int64(i)]; t != nil {
					for _, m := range t.extra {
						texts = append(texts, m.at.String()+m.text)
					}
				}
			}
		})
		return texts
	}
	first, again := said(), said()
	if len(first) == 0 || len(first) != len(again) {
		t.Fatalf("%d and %d messages", len(first), len(again))
	}
	for i := range first {
		if first[i] != again[i] {
			t.Errorf("%q and %q", first[i], again[i])
		}
	}
}

// alive runs Pact on a fake clock while during runs.
func alive(t *testing.T, o kit.Options, during func(p *Server)) {
	t.Helper()
	var p *Server
	kittest.RunActivity(t, o, func(o kit.Options, m *kit.Media) kit.Platform {
		p = New(o, m)
		return p
	}, func() { during(p) })
}
