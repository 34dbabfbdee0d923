package push

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// forwardTime is how long somebody else may take for an event. The platform waits for
// as long.
const forwardTime = 5 * time.Second

// forwarded marks what came from us, so that two that forward to each other end.
const forwarded = "X-Unibox-Forwarded"

func forwarder() *http.Client {
	return &http.Client{
		Timeout:       forwardTime,
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxConnsPerHost: atOnce, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// forward passes an event on to whoever had the platform's address before. If they do
// not accept it, nor do we: so the platform repeats it as it did for them, and what was
// kept here already is not kept twice.
func (l *Listener) forward(r *http.Request, at *route, body []byte) (int, error) {
	if at.Forward == "" || r.Header.Get(forwarded) != "" {
		return http.StatusOK, nil
	}
	out, err := http.NewRequestWithContext(r.Context(), http.MethodPost, at.Forward, bytes.NewReader(body))
	if err != nil {
		return http.StatusOK, errors.New("the address to forward it to is none")
	}
	out.Header.Set("Content-Type", r.Header.Get("Content-Type"))
	out.Header.Set(forwarded, "1")
	if at.Push.Signature != "" {
		out.Header.Set(at.Push.Signature, r.Header.Get(at.Push.Signature))
	}
	resp, err := l.client.Do(out)
	if err != nil {
		var address *url.Error
		if errors.As(err, &address) {
			err = address.Err // the address may hold a secret
		}
		return http.StatusBadGateway, fmt.Errorf("it was kept, and could not be forwarded: %w", err)
	}
	resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return http.StatusBadGateway, fmt.Errorf("it was kept, and where it was forwarded to the answer is %d", resp.StatusCode)
	}
	return http.StatusOK, nil
}
