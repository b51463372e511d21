// Forks beside threads that compute.
//
// A child of a fork has copies of its parent's locks and none of its threads: a lock that another thread held, MLX's
// allocator's above all, is never let go there. Whoever forks from Python holds the interpreter's lock, so that all
// other threads soon come to rest: what they compute without it ends, and nothing new begins. A fork waits for that.
#pragma once

namespace spectro {

// Has every fork of this process wait until other threads rest, for a while at most. Does nothing but on Linux.
void rest_before_forks();

}  // namespace spectro
