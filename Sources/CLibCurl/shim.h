#pragma once
#include <curl/curl.h>

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
typedef int (*curlprobe_socket_callback)(void *context, curl_socket_t descriptor, curlsocktype purpose);
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

static inline CURLcode curlprobe_set_socket_callback(CURL *handle, curlprobe_socket_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, callback);
}

static inline CURLcode curlprobe_set_progress_callback(CURL *handle, curlprobe_progress_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode curlprobe_get_number(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
