package serving

import (
	"context"
	"sync"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

const (
	// mostConnections is how many connections an agent may have. Where there are more, one
	// without a session ends.
	mostConnections = 2 * mostOfAgent
	// emptyLimit is how long a connection may be without a session.
	emptyLimit = time.Minute
	// aliveEvery is how often a client is asked whether it is there, deadAfter how long it may
	// take to answer.
	aliveEvery, deadAfter = 30 * time.Second, 90 * time.Second
	// answerLimit is how long the clients of an agent's other sessions may take to answer when a
	// screen begins.
	answerLimit = 3 * time.Second
)

// connection is one of an agent who has signed in.
type connection struct {
	conn *limited
	// ssh is what speaks on it, once a session began.
	ssh   gossh.Conn
	agent string
	// sessions are how many run on it, empty is since when there are none.
	sessions int
	empty    time.Time
	// asked is when the client was asked whether it is there, zero once it answered; next is
	// when it is asked again; heard is what had come of it then.
	asked, next time.Time
	heard       int64
}

// signedIn counts the connection of somebody who has signed in. Of an agent who has too many
// one ends: the longest without a session, else the new one.
func (s *Server) signedIn(ctx ssh.Context, conn *limited) {
	conn.signedIn()
	now := time.Now()
	c := &connection{conn: conn, agent: ctx.Permissions().Extensions[agentKey], empty: now, next: now.Add(aliveEvery)}
	ctx.SetValue(connectionKey{}, c)
	s.mu.Lock()
	s.connected[c] = struct{}{}
	over := s.tooMany(c)
	s.mu.Unlock()
	context.AfterFunc(ctx, func() { s.disconnected(c) })
	if over != nil {
		s.o.Log.Warn("a connection was closed: the agent has too many", "agent", c.agent, "from", over.conn.RemoteAddr().String())
		_ = over.conn.Close()
	}
}

// connectionKey is where the connection of somebody who has signed in is kept.
type connectionKey struct{}

// speaks notes what speaks on a connection.
func (s *Server) speaks(c *connection, conn gossh.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ssh == nil {
		c.ssh = conn
	}
}

// tooMany is the connection that has to end so that the agent of one has no more than they may.
func (s *Server) tooMany(added *connection) *connection {
	n, longest := 0, added
	for c := range s.connected {
		if c.agent != added.agent {
			continue
		}
		n++
		if c.sessions == 0 && c.empty.Before(longest.empty) {
			longest = c
		}
	}
	if n <= mostConnections {
		return nil
	}
	delete(s.connected, longest)
	return longest
}

// signedInNow counts the connections of who has signed in.
func (s *Server) signedInNow() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connected)
}

func (s *Server) disconnected(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connected, c)
}

// lookAtConnections ends those that had no session for too long.
func (s *Server) lookAtConnections(now time.Time) {
	s.mu.Lock()
	var idle []*connection
	for c := range s.connected {
		if c.sessions == 0 && now.Sub(c.empty) > emptyLimit {
			delete(s.connected, c)
			idle = append(idle, c)
		}
	}
	s.mu.Unlock()
	for _, c := range idle {
		_ = c.conn.Close()
	}
}

// keepAlive asks the client of a session now and then whether it is there, and ends the
// connection of one that does not say so. One of which something came is there: its answer may
// stand behind a file that it is sent.
func (s *Server) keepAlive(c *connection, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	heard := c.conn.reads.Load()
	switch {
	case c.asked.IsZero() && now.Before(c.next):
	case !c.asked.IsZero() && c.heard != heard:
		c.asked, c.heard = now, heard
	case !c.asked.IsZero() && now.Sub(c.asked) > deadAfter:
		_ = c.conn.Close()
	case c.asked.IsZero():
		c.asked, c.heard = now, heard
		go func() {
			if answers(c.ssh) {
				s.answered(c)
			}
		}()
	}
}

func (s *Server) answered(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.asked, c.next = time.Time{}, c.asked.Add(aliveEvery)
}

// answers waits until a client answers, and reports whether it did before it was gone: each has
// to answer a request that it does not know.
func answers(conn gossh.Conn) bool {
	_, _, err := conn.SendRequest("keepalive@openssh.com", true, nil)
	return err == nil
}

// endGone ends the other screens of an agent whose clients are gone, and waits until they have
// ended: whoever logs in again after a dropped line is then where they were. Where all answer
// it is over at once. A command runs on: what it brings may fill its line.
func (s *Server) endGone(e *session) {
	limit, stop := context.WithTimeout(e.ctx, s.answer)
	defer stop()
	var all sync.WaitGroup
	for _, other := range s.all() {
		if other.screen.Load() && other.login.Agent == e.login.Agent && other.connection != e.connection {
			all.Go(func() { s.endIfGone(limit, e, other) })
		}
	}
	all.Wait()
}

// endIfGone waits for the answer of a client until limit ends. One of which nothing came
// meanwhile is gone, and its session ends before e begins; on a slow line the answer is late.
func (s *Server) endIfGone(limit context.Context, e, other *session) {
	alive, heard := make(chan bool, 1), other.connection.conn.reads.Load()
	go func() { alive <- answers(other.connection.ssh) }()
	select {
	case here := <-alive:
		if here {
			return
		}
	case <-other.over:
	case <-limit.Done():
		if e.ctx.Err() != nil || other.connection.conn.reads.Load() != heard {
			return
		}
		s.o.Log.Info("a connection was closed: its client does not answer", "agent", e.login.Agent, "from", other.login.From)
		_ = other.connection.conn.Close()
	}
	late, stop := context.WithTimeout(e.ctx, endLimit)
	defer stop()
	select {
	case <-other.over:
	case <-late.Done():
	}
}
