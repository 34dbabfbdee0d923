package config

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Serve is the [serve] table: how unibox serve lets agents in.
type Serve struct {
	// Listen is the address for SSH; without a host it is all of the machine's.
	Listen string
	// Metrics is a loopback address for numbers and health, empty for none.
	Metrics string
	// Idle is how long a session may go without a key, Longest how long one may last.
	Idle, Longest time.Duration
	// Sessions is how many there may be at once.
	Sessions int
}

// usualServe is what holds without a [serve].
var usualServe = Serve{Listen: ":2222", Idle: 12 * time.Hour, Longest: 24 * time.Hour, Sessions: 200}

// mostSessions, longestIdle and longestSession bound what may be said.
const (
	mostSessions   = 2000
	longestIdle    = 24 * time.Hour
	longestSession = 7 * 24 * time.Hour
)

var serveFields = fields[Serve]{
	"listen": {values: "an address and a port as `\"0.0.0.0:2222\"`, or a port alone as `\":2222\"`", means: "where `unibox serve` takes logins by SSH", get: func(s *Serve) any { return optional(s.Listen) }, set: func(s *Serve, value any) error {
		v, _ := value.(string)
		if err := CheckListen(v); err != nil {
			return err
		}
		s.Listen = v
		return nil
	}},
	"metrics": local(func(s *Serve) *string { return &s.Metrics }).says("where numbers for Prometheus (`/metrics`) and health (`/healthz`) are").leftOut("nowhere"),
	"idle":    lasting(longestIdle, func(s *Serve) *time.Duration { return &s.Idle }).says("how long a session may go without a key"),
	"longest": lasting(longestSession, func(s *Serve) *time.Duration { return &s.Longest }).says("how long a session may last"),
	"sessions": {values: fmt.Sprintf("1 to %d", mostSessions), means: "how many sessions there may be at once", get: func(s *Serve) any { return int64(s.Sessions) }, set: func(s *Serve, value any) error {
		n, ok := value.(int64)
		if !ok || n < 1 || n > mostSessions {
			return fmt.Errorf("must be a number from 1 to %d", mostSessions)
		}
		s.Sessions = int(n)
		return nil
	}},
}

// CheckListen says what is wrong with an address to listen on.
func CheckListen(address string) error {
	_, port, err := net.SplitHostPort(address)
	if n, wrong := strconv.ParseUint(port, 10, 16); err != nil || wrong != nil || n == 0 && port != "0" {
		return errors.New(`must be an address and a port such as "0.0.0.0:2222", or ":2222"`)
	}
	return nil
}

// lasting takes a time from a minute to most.
func lasting[T any](most time.Duration, at func(*T) *time.Duration) field[T] {
	f := upTo(most, at)
	f.values = "a time such as `\"8h\"`, a minute to " + brief(most)
	f.get = func(from *T) any { return brief(*at(from)) }
	set := f.set
	f.set = func(into *T, value any) error {
		was := *at(into)
		if err := set(into, value); err != nil || *at(into) < time.Minute {
			*at(into) = was
			return fmt.Errorf(`must be a time such as "8h", from a minute to %s`, brief(most))
		}
		return nil
	}
	return f
}
