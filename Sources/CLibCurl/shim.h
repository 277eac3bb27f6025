#pragma once
#include <curl/curl.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Swift cannot call C variadics: one typed entry for each type of option that we set.

static inline CURLcode curlprobe_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlprobe_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlprobe_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlprobe_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curlprobe_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*curlprobe_data_callback)(char *data, size_t size, size_t count, void *context);
typedef curl_socket_t (*curlprobe_open_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*curlprobe_progress_callback)(
    void *context, curl_off_t expected_down, curl_off_t down, curl_off_t expected_up, curl_off_t up);

static inline CURLcode curlprobe_set_body_callback(CURL *handle, curlprobe_data_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, callback);
}

static inline CURLcode curlprobe_set_header_callback(CURL *handle, curlprobe_data_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, callback);
}

static inline CURLcode curlprobe_set_open_callback(CURL *handle, curlprobe_open_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode curlprobe_set_progress_callback(CURL *handle, curlprobe_progress_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode curlprobe_get_number(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

// A listening Unix socket under an abstract name that the kernel chooses, or -1.
static inline int curlprobe_listen(void) {
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (listener < 0) return -1;
    if (bind(listener, (struct sockaddr *)&address, sizeof(address.sun_family)) == 0 && listen(listener, 4) == 0)
        return listener;
    close(listener);
    return -1;
}

static inline int curlprobe_socket(void) {
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

// Not zero when the other end of a Unix socket was connected by this process; the layout is Linux's struct ucred.
static inline int curlprobe_is_own(int descriptor) {
    int32_t credentials[3] = {0, 0, 0};
    socklen_t length = sizeof(credentials);
    return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, credentials, &length) == 0 && credentials[0] == getpid();
}
