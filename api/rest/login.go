package rest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"unibox/api"
)

// Scheme says how a platform wants the secret of a login: it returns a function
// that puts it on the header of a request. Its error is one sentence for a person.
type Scheme func(api.Login) (func(http.Header), error)

// Header sends the token alone, in a header of that name. What is the token in
// words, for the error if there is none: "its token".
func Header(name, what string) Scheme { return tokenIn(name, "", what) }

// Bearer sends the token as a bearer token (RFC 6750).
func Bearer(what string) Scheme { return tokenIn("Authorization", "Bearer ", what) }

func tokenIn(header, before, what string) Scheme {
	return func(l api.Login) (func(http.Header), error) {
		token := strings.TrimSpace(l.Token)
		if token == "" || !oneLine(token) {
			return nil, errors.New("the account needs " + what + ", on one line")
		}
		return func(h http.Header) { h.Set(header, before+token) }, nil
	}
}

// BearerOrBasic sends the user and the password if there is a user (RFC 7617),
// and the token otherwise.
func BearerOrBasic(l api.Login) (func(http.Header), error) {
	if l.User == "" {
		put, err := Bearer("its token")(l)
		if err != nil {
			err = fmt.Errorf("%w, or a user and a password", err)
		}
		return put, err
	}
	if l.Password == "" || strings.Contains(l.User, ":") || !oneLine(l.User+l.Password) {
		return nil, errors.New("the account needs a user without a colon and a password, each on one line")
	}
	pair := base64.StdEncoding.EncodeToString([]byte(l.User + ":" + l.Password))
	return func(h http.Header) { h.Set("Authorization", "Basic "+pair) }, nil
}

func oneLine(s string) bool { return !strings.ContainsFunc(s, unicode.IsControl) }

// Open checks a login and returns the account that a client embeds. It sends no
// request. In cfg the client sets what it knows of its platform: Platform, Budgets
// at a pace of 1, Accept and Observe; the rest comes from the login. The error is
// one sentence for a person.
func Open(l api.Login, scheme Scheme, cfg Config) (Account, error) {
	authorize, err := scheme(l)
	if err != nil {
		return Account{}, err
	}
	cfg.BaseURL, cfg.Authorize, cfg.Refused, cfg.Log, cfg.Transport = l.BaseURL, authorize, l.Refused, l.Log, l.Transport
	cfg.Budgets = paced(cfg.Budgets, l.Pace)
	if l.Renew != nil {
		cfg.Renew = func(ctx context.Context) (func(http.Header), error) {
			secret, err := l.Renew(ctx)
			if err != nil {
				return nil, err
			}
			l := l
			l.Token, l.Password = secret, secret // the scheme takes the one it uses
			return scheme(l)
		}
	}
	base, err := origin(l.BaseURL)
	if err != nil {
		return Account{}, err
	}
	cfg.Credential = l.Credentials.Of(string(cfg.Platform), base.Scheme, base.Host, l.User, strings.TrimSpace(l.Token), l.Password)
	client, err := New(cfg)
	if err != nil {
		return Account{}, err
	}
	client.readOnly = l.ReadOnly
	return Account{ID: l.Account, HTTP: client, Budgets: cfg.Budgets, Credential: cfg.Credential.Name}, nil
}

// paced multiplies budgets; a pace of 0 is 1, and at least one request is left.
func paced(budgets map[api.Class][]api.Budget, pace float64) map[api.Class][]api.Budget {
	if pace <= 0 {
		pace = 1
	}
	out := make(map[api.Class][]api.Budget, len(budgets))
	for class, list := range budgets {
		for _, b := range list {
			out[class] = append(out[class], api.Budget{Requests: max(1, int(float64(b.Requests)*pace)), Per: b.Per})
		}
	}
	return out
}

// Account is what the clients of all platforms have in common; each embeds one. It
// is safe for concurrent use.
type Account struct {
	ID   api.AccountID
	HTTP *Client
	// Budgets are the limits that HTTP keeps to, at the login's pace.
	Budgets map[api.Class][]api.Budget
	// Credential names whose limits they are.
	Credential string
}

// Renew makes a client an [api.Renewer]: see [Client.Renew].
func (a Account) Renew(ctx context.Context) error { return a.HTTP.Renew(ctx) }

// Ahead makes a client an [api.Clock]: see [Client.Ahead].
func (a Account) Ahead() time.Duration { return a.HTTP.Ahead() }

// Limited is traits with the budgets that they carry, and whose they are: of each
// class the first.
func (a Account) Limited(t api.Traits) api.Traits {
	t.Budgets, t.Credential = a.FirstBudgets(), a.Credential
	return t
}

// FirstBudgets are the budgets that [api.Traits] carries: of each class the first.
func (a Account) FirstBudgets() map[api.Class]api.Budget {
	out := make(map[api.Class]api.Budget, len(a.Budgets))
	for class, list := range a.Budgets {
		out[class] = list[0]
	}
	return out
}

// ChannelID is the id of a channel of this account.
func (a Account) ChannelID(remote string) api.ChannelID {
	return api.ChannelID{Account: a.ID, Remote: remote}
}

// ConversationID is the id of a conversation of this account.
func (a Account) ConversationID(remote string) api.ConversationID {
	return api.ConversationID{Account: a.ID, Remote: remote}
}

// MessageID is the id of a message of this account.
func (a Account) MessageID(remote string) api.MessageID {
	return api.MessageID{Account: a.ID, Remote: remote}
}

// FileURL is the address of a file as the platform gave it: a whole address, or
// one from the root of the platform's host. It is "" for what is no http or
// https address. The token is never sent there.
func (a Account) FileURL(ref string) string {
	u, err := url.Parse(ref)
	if err != nil || ref == "" {
		return ""
	}
	root := url.URL{Scheme: a.HTTP.base.Scheme, Host: a.HTTP.base.Host, Path: "/"}
	u = root.ResolveReference(u)
	if u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}

// Explained puts a hint for a person before what the platform said, in an error
// of that kind; any other error is returned as it is.
func Explained(err error, kind api.ErrKind, hint string) error {
	var e *api.Error
	if errors.As(err, &e) && e.Kind == kind {
		e.Said = strings.TrimSuffix(hint+": "+e.Said, ": ")
	}
	return err
}
