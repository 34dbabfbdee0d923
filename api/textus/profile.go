package textus

import (
	"context"
	"strings"

	"unibox/api"
)

// wireProfile is the token's user (REFERENCE.md "Calls"). Should it be a thing of its
// own, it names the user.
type wireProfile struct {
	wireUser
	User ref[wireUser] `json:"user"`
}

// learnMe asks whose token this is, unless it is known. That TextUs does not say is
// no error: then it becomes known with the first message that is sent.
func (c *Client) learnMe(ctx context.Context, op string) error {
	if c.known.whoami() != "" {
		return nil
	}
	var w wireProfile
	err := c.get(ctx, op, api.ClassOther, "/profile", &w)
	switch api.KindOf(err) {
	case api.ErrNotFound, api.ErrForbidden, api.ErrUnsupported:
		return nil
	}
	if err != nil {
		return err
	}
	id, _ := c.known.user(w.User)
	if id == "" && strings.HasPrefix(string(w.ID), "/users/") {
		id = string(w.ID)
		c.known.learnUser(w.wireUser)
	}
	c.known.setMe(id)
	return nil
}
