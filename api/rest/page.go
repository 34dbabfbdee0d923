package rest

import (
	"context"
	"errors"

	"unibox/api"
)

// maxEmpty is how many pages without entries are read in a row.
const maxEmpty = 5

// Filled reads pages until one has entries or the list ends: some platforms name a
// next page with one that is empty. A list that goes on like that, or that leads
// back to the page it came from, is api.ErrCursor; what read returned is kept.
func Filled[T any](ctx context.Context, req api.PageRequest, platform api.Platform, op string, read func(context.Context, api.PageRequest) (api.Page[T], error)) (api.Page[T], error) {
	for range maxEmpty {
		page, err := read(ctx, req)
		switch {
		case err == nil && page.Next != "" && page.Next == req.Cursor:
			page.Next = ""
			return page, CursorError(platform, op, "the next page is the same page again")
		case err != nil, len(page.Items) > 0, page.Next == "":
			return page, err
		}
		req.Cursor = page.Next
	}
	return api.Page[T]{}, CursorError(platform, op, "the list goes on with empty pages")
}

// CursorError is the error of a list that cannot be read on, and why.
func CursorError(platform api.Platform, op, why string) error {
	return &api.Error{Kind: api.ErrCursor, Platform: platform, Op: op, Err: errors.New(why)}
}

// Refused turns the error of a page that was asked for with a cursor into
// api.ErrCursor, where the platform refused it. Any other error, and that of a first
// page, stays as it is.
func Refused(err error, cursor bool) error {
	var e *api.Error
	if !cursor || !errors.As(err, &e) || e.Kind != api.ErrInvalid && e.Kind != api.ErrNotFound {
		return err
	}
	return &api.Error{Kind: api.ErrCursor, Platform: e.Platform, Op: e.Op, Status: e.Status, Said: e.Said, Err: e}
}
