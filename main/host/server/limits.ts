/** Every bound of the host's side of the protocol in one place: docs/host-protocol.md states these numbers, and a test compares the two. */
import { MAX_FRAME_BYTES } from '#shared/host-protocol/frames.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const limits = {
  frameBytes: MAX_FRAME_BYTES,
  /** Arrays and objects in each other in one frame. */
  frameDepth: 64,
  /** From the opening to a hello that is accepted. */
  helloMs: 5000,
  /** A connection on which nothing comes for this long is ended. */
  silenceMs: 20_000,
  /** How often deadlines, silence and tokens are looked at. */
  sweepMs: 250,
  /** Request line and headers, and the TLS handshake, must be there after this. */
  headersMs: 5000,
  /** A whole request with its body must be there after this. */
  requestMs: 15_000,
  /** Sockets open at once: of the host, and of one address. */
  connections: 8192,
  connectionsPerAddress: 6144,
  /** Links at once, of centers and of probes. */
  links: 6144,
  /** Ready connections of one link. */
  connectionsPerLink: 128,

  /** Events of one stream in one batch. */
  batchLines: 200,
  batchChars: 512 * KIB,
  /** A frame of events is closed when it has this many characters. */
  frameChars: 64 * KIB,
  /** Events of one stream on the way without acknowledgement: the center's window, and no more characters than memory keeps to send them again. */
  flightChars: 4 * MIB,
  /** What one connection sends in one turn of the loop. */
  turnChars: MIB,
  /** Bytes that a channel holds and the network has not taken: above `highWater` events and live text wait, at `stuckBytes` the connection is ended. */
  highWater: 2 * MIB,
  stuckBytes: 64 * MIB,
  /** Live text that waits for a busy connection, per link; what is beyond is left out. */
  liveChars: MIB,

  /** Commands of a link under way; the next is refused with HOST_BUSY. */
  commands: 256,
  /** Answers kept for commands that come again, per center. */
  answers: 5000,
  answersMs: 10 * 60_000,
  answersChars: 64 * MIB,

  /** Streams of all `probe.stream` of one link. */
  probeStreams: 10_000,
  /** A link of a probe without a connection is forgotten after this; a center's after `answersMs`. */
  probeLinkMs: 30_000,

  /** Over HTTP: a comment on a quiet stream of frames, so that nothing in between ends it. */
  commentMs: 10_000,
  /** How long the host still says why an HTTP connection ended. */
  goneMs: 30_000,
} as const;
