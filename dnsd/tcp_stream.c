/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/tcp_stream.h"

#include <errno.h>

void tcp_stream_ready(struct tcp_stream *stream)
{
	if (!stream->is_waiting)
		return;
	stream->is_waiting = false;
	stream->wake(stream->wake_arg);
}

void tcp_streams_add(struct tcp_streams *streams, struct tcp_stream *take)
{
	struct tcp_stream **last = &streams->first;

	while (*last != NULL)
		last = &(*last)->link;
	take->link = NULL;
	*last = take;
	streams->n++;
}

/* Out of the list; what `at` points to is the one behind it then. */
static struct tcp_stream *take_out(struct tcp_streams *streams,
				   struct tcp_stream **at)
{
	struct tcp_stream *stream = *at;

	*at = stream->link;
	streams->n--;
	return stream;
}

void tcp_streams_fini(struct tcp_streams *streams)
{
	while (streams->first != NULL) {
		struct tcp_stream *stream = take_out(streams, &streams->first);

		stream->free(stream);
	}
}

bool tcp_streams_are_ready(const struct tcp_streams *streams)
{
	const struct tcp_stream *stream = streams->first;

	while (stream != NULL && stream->is_waiting)
		stream = stream->link;
	return stream != NULL;
}

ssize_t tcp_streams_next(struct tcp_streams *streams, uint8_t *out)
{
	struct tcp_stream **at = &streams->first;

	while (*at != NULL) {
		if ((*at)->is_waiting) {
			at = &(*at)->link;
			continue;
		}
		/* It may become ready in the very call. */
		(*at)->is_waiting = true;
		ssize_t len = (*at)->next(*at, out);
		if (len == -EAGAIN)
			continue;
		struct tcp_stream *stream = take_out(streams, at);
		if (len > 0) {
			stream->is_waiting = false;
			tcp_streams_add(streams, stream);
			return len;
		}
		stream->free(stream);
		if (len < 0)
			return len;
	}
	return 0;
}
