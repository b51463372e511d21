#include "runtime/forking.h"

#ifdef __linux__
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <string>

namespace spectro {
namespace {

constexpr std::chrono::milliseconds PATIENCE(200);  // some threads, not ours, may never rest

std::string content(const std::string& path) {
  char text[512];
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  const ssize_t size = read(file, text, sizeof text);
  close(file);
  return size > 0 ? std::string(text, size_t(size)) : "";
}

// What all other threads have run so far, or nothing where one of them runs or waits for a page.
std::string rested() {
  DIR* threads = opendir("/proc/self/task");
  if (!threads) return "unknown";
  const std::string self = std::to_string(gettid());
  std::string account = "rest";
  while (const dirent* entry = readdir(threads)) {
    const std::string thread = entry->d_name, folder = "/proc/self/task/" + thread;
    if (thread[0] == '.' || thread == self) continue;
    const std::string stat = content(folder + "/stat");
    const size_t name_end = stat.rfind(") ");
    if (name_end == std::string::npos) continue;  // it has ended
    const char state = stat[name_end + 2];
    if (state == 'R' || state == 'D') {
      closedir(threads);
      return "";
    }
    account += " " + thread + ":" + content(folder + "/schedstat");
  }
  closedir(threads);
  return account;
}

// Waits until two looks in turn find all other threads at rest, none having run between them.
void wait_for_rest() {
  const auto end = std::chrono::steady_clock::now() + PATIENCE;
  std::string before = rested();
  while (std::chrono::steady_clock::now() < end) {
    std::string now = rested();
    if (!now.empty() && now == before) return;
    before = std::move(now);
    sched_yield();
  }
}

}  // namespace

void rest_before_forks() {
  static std::once_flag installed;
  std::call_once(installed, [] { pthread_atfork(wait_for_rest, nullptr, nullptr); });
}

}  // namespace spectro

#else

namespace spectro {
void rest_before_forks() {}
}  // namespace spectro

#endif
