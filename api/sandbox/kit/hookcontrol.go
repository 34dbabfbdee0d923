package kit

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// hooked is a platform with webhooks.
type hooked interface{ Webhooks() *Webhooks }

// registrar is a platform whose webhooks are registered in its web interface, for
// which the control side stands.
type registrar interface {
	Register(h Hook, events []string) error
}

// deliver sends the events that are due, of all platforms.
func (s *Server) deliver() {
	for _, p := range s.platforms {
		if h, ok := p.(hooked); ok {
			h.Webhooks().Deliver()
		}
	}
}

// webhooksOf returns the webhooks of a named platform.
func (s *Server) webhooksOf(name string) (*Webhooks, error) {
	for _, p := range s.named(name) {
		if h, ok := p.(hooked); ok {
			return h.Webhooks(), nil
		}
	}
	return nil, fmt.Errorf("platform %q has no webhooks: %w", name, ErrUnknown)
}

func (s *Server) twist(r *http.Request) (any, error) {
	q := struct {
		Platform string `json:"platform"`
		Twist
	}{}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	w, err := s.webhooksOf(q.Platform)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.twist = q.Twist
	w.mu.Unlock()
	w.Deliver()
	return map[string]string{"status": "ok"}, nil
}

func (s *Server) events(r *http.Request) (any, error) {
	w, err := s.webhooksOf(r.URL.Query().Get("platform"))
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	all := []delivery{}
	for _, d := range w.log {
		all = append(all, delivery{URL: d.URL, Body: d.Body, Attempts: slices.Clone(d.Attempts), State: d.State})
	}
	return all, nil
}

func (s *Server) register(r *http.Request) (any, error) {
	var q struct {
		Platform, URL, Secret string
		Events                []string
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	if !Local(q.URL) {
		return nil, errors.New("url: must be on this machine")
	}
	for _, p := range s.named(q.Platform) {
		if to, ok := p.(registrar); ok {
			return map[string]string{"status": "ok"}, to.Register(Hook{URL: q.URL, Secret: q.Secret}, q.Events)
		}
	}
	return nil, fmt.Errorf("platform %q registers webhooks over its API: %w", q.Platform, ErrUnknown)
}

// channelKeeper is a platform whose channels report what happens to them.
type channelKeeper interface {
	// ChannelEvent lets something happen to a channel.
	ChannelEvent(channel, event string) error
}

func (s *Server) channelEvent(r *http.Request) (any, error) {
	var q struct {
		Platform, Event string
		Channel         ID
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	defer s.deliver()
	for _, p := range s.named(q.Platform) {
		if k, ok := p.(channelKeeper); ok {
			return map[string]string{"status": "ok"}, k.ChannelEvent(string(q.Channel), q.Event)
		}
	}
	return nil, fmt.Errorf("platform %q reports nothing of channels: %w", q.Platform, ErrUnknown)
}
