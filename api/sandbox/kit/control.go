package kit

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Received is a message that a platform accepted from a client.
type Received struct {
	Platform string `json:"platform"`
	Company  int64  `json:"company"`
	// Conversation is null for a first message, which is sent to a phone number.
	Conversation *ID            `json:"conversation"`
	Phone        string         `json:"phone"`
	Text         string         `json:"text"`
	Attachments  []ReceivedFile `json:"attachments"`
	Time         time.Time      `json:"time"`
	Job          int64          `json:"job"`
}

// ReceivedFile is an attachment of a received message.
type ReceivedFile struct {
	ID   ID     `json:"id"`
	Name string `json:"file_name"`
	MIME string `json:"mime_type"`
	// Size and SHA256 describe the uploaded content; empty for a file given by
	// its URL.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func (s *Server) controlSide() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /control/inbound", s.controlled(s.inbound))
	mux.HandleFunc("POST /control/fault", s.controlled(s.fault))
	mux.HandleFunc("DELETE /control/fault", s.controlled(s.clearFaults))
	mux.HandleFunc("POST /control/limits", s.controlled(s.limit))
	mux.HandleFunc("POST /control/webhook", s.controlled(s.register))
	mux.HandleFunc("POST /control/webhooks", s.controlled(s.twist))
	mux.HandleFunc("GET /control/webhooks", s.controlled(s.events))
	mux.HandleFunc("POST /control/channel", s.controlled(s.channelEvent))
	mux.HandleFunc("GET /control/received", s.controlled(s.receivedList))
	mux.HandleFunc("GET /control/requests", s.controlled(func(*http.Request) (any, error) { return s.requests.snapshot(), nil }))
	return mux
}

// controlled answers with the result of do, or with its error.
func (s *Server) controlled(do func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := do(r)
		switch {
		case errors.Is(err, ErrUnknown):
			WriteJSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
		case err != nil:
			WriteJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		default:
			WriteJSON(w, http.StatusOK, v)
		}
	}
}

func (s *Server) inbound(r *http.Request) (any, error) {
	var q struct {
		Platform     string `json:"platform"`
		Conversation ID     `json:"conversation"`
		Text         string `json:"text"`
		Files        []struct {
			Name string `json:"name"`
			MIME string `json:"mime"`
			Size int64  `json:"size"`
			URL  string `json:"url"`
		} `json:"files"`
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	if q.Conversation == "" {
		return nil, errors.New("conversation: is required")
	}
	if q.Text == "" && len(q.Files) == 0 {
		return nil, errors.New("text: is required")
	}
	platforms := s.named(q.Platform)
	if len(platforms) == 0 {
		return nil, fmt.Errorf("platform %q: %w", q.Platform, ErrUnknown)
	}
	var files []File
	for i, f := range q.Files {
		files = append(files, File{ID: int64(i + 1), Name: f.Name, MIME: f.MIME, Size: f.Size, Location: f.URL})
	}
	defer s.deliver()
	id, err := platforms[0].Write(string(q.Conversation), q.Text, files)
	if err != nil {
		return nil, err
	}
	return map[string]ID{"message_id": ID(id)}, nil
}

func (s *Server) fault(r *http.Request) (any, error) {
	f := &fault{}
	if err := json.NewDecoder(r.Body).Decode(f); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	if err := f.prepare(); err != nil {
		return nil, err
	}
	platforms := s.named(f.Platform)
	if len(platforms) == 0 {
		return nil, fmt.Errorf("platform %q: %w", f.Platform, ErrUnknown)
	}
	if f.Kind != pauseJobs {
		s.faults.add(f)
		return map[string]string{"status": "ok"}, nil
	}
	for _, p := range platforms {
		p.Pause(time.Duration(f.MS) * time.Millisecond)
	}
	return map[string]string{"status": "ok"}, nil
}

// limited is a platform whose rate limits are off until they are switched on.
type limited interface {
	// Limit makes the platform refuse what exceeds its published limits, so
	// many times; 0 means no limit.
	Limit(times float64)
}

func (s *Server) limit(r *http.Request) (any, error) {
	var q struct {
		Platform string  `json:"platform"`
		Times    float64 `json:"times"`
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	for _, p := range s.named(q.Platform) {
		if l, ok := p.(limited); ok {
			l.Limit(q.Times)
			return map[string]string{"status": "ok"}, nil
		}
	}
	return nil, fmt.Errorf("platform %q has no limits to switch: %w", q.Platform, ErrUnknown)
}

func (s *Server) clearFaults(*http.Request) (any, error) {
	s.faults.clear()
	for _, p := range s.platforms {
		p.Resume()
	}
	return map[string]string{"status": "ok"}, nil
}

func (s *Server) receivedList(r *http.Request) (any, error) {
	name := r.URL.Query().Get("platform")
	platforms := s.named(name)
	if len(platforms) == 0 {
		return nil, fmt.Errorf("platform %q: %w", name, ErrUnknown)
	}
	all := []Received{}
	for _, p := range platforms {
		all = append(all, p.Received()...)
	}
	return all, nil
}

// ID is an id on the control side. Some platforms have numbers as ids, others
// strings: an ID that is a number is written as one, and both forms are read.
type ID string

// NumberID returns the ID of a number.
func NumberID(id int64) ID { return ID(strconv.FormatInt(id, 10)) }

// MarshalJSON never fails.
func (i ID) MarshalJSON() ([]byte, error) {
	if id, err := strconv.ParseInt(string(i), 10, 64); err == nil && NumberID(id) == i {
		return []byte(i), nil
	}
	return json.Marshal(string(i))
}

// UnmarshalJSON reads a number or a string.
func (i *ID) UnmarshalJSON(b []byte) error {
	var text string
	var number json.Number
	switch {
	case json.Unmarshal(b, &text) == nil:
		*i = ID(text)
	case json.Unmarshal(b, &number) == nil:
		*i = ID(number)
	default:
		return errors.New("an id is a number or a string")
	}
	return nil
}
