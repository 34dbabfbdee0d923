package sqlite

// Rest runs f, in which the process may be stopped, while no transaction of
// this handle writes: one left open would lock out every other session. The
// others see this session leave, and come back afterwards.
func (db *DB) Rest(f func() error) error {
	db.herald.rest(true)
	defer db.herald.rest(false)
	db.herald.leave()
	for _, pool := range []chan *link{db.state.writer, db.cache.writer} {
		l := <-pool
		defer func() { pool <- l }()
	}
	return f()
}
