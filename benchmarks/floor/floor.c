/* The least that one look at many hosts can cost: log in with libssh, become root by sudo, send one script, read its
 * answer. One thread a host, or a pool of them. Prints how many bytes came back.
 *
 * usage: floor USER KEY KNOWN_HOSTS SCRIPT THREADS HOST[:PORT]...
 * sudo is used when FLOOR_SUDO_PASSWORD is set, and given that password when it asks. */
#include <libssh/libssh.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *user, *key_file, *known_hosts, *password;
static char *script;
static size_t script_size;
static char **hosts;
static int host_count;
static atomic_int next_host, failures;
static atomic_long received;

static const char prompt[] = "[floor sudo] ";
static const char ready[] = "floor is ready\n";

static ssh_session log_in(char *host)
{
    ssh_session session = ssh_new();
    int on = 1;
    char *colon = strrchr(host, ':');
    if (colon) {
        unsigned int port = atoi(colon + 1);
        *colon = 0;
        ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    }
    ssh_options_set(session, SSH_OPTIONS_HOST, host);
    ssh_options_set(session, SSH_OPTIONS_USER, user);
    ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, known_hosts);
    ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    ssh_options_set(session, SSH_OPTIONS_NODELAY, &on);
    ssh_key key;
    if (ssh_pki_import_privkey_file(key_file, NULL, NULL, NULL, &key) != SSH_OK) goto fail;
    if (ssh_connect(session) != SSH_OK) goto fail;
    if (ssh_session_is_known_server(session) != SSH_KNOWN_HOSTS_OK) goto fail;
    if (ssh_userauth_publickey(session, NULL, key) != SSH_AUTH_SUCCESS) goto fail;
    ssh_key_free(key);
    return session;
fail:
    fprintf(stderr, "floor: %s: %s\n", host, ssh_get_error(session));
    return NULL;
}

/* Reads until the stream has brought this text; what follows it is the caller's. */
static int wait_for(ssh_channel channel, int is_stderr, const char *text)
{
    char seen[4096];
    size_t count = 0;
    while (count < sizeof seen - 1) {
        int read = ssh_channel_read(channel, seen + count, 1, is_stderr);
        if (read <= 0) return 0;
        seen[++count] = 0;
        if (strstr(seen, text)) return 1;
    }
    return 0;
}

static int look(ssh_session session)
{
    char command[512], buffer[65536];
    long total = 0;
    int read;
    ssh_channel channel = ssh_channel_new(session);
    if (ssh_channel_open_session(channel) != SSH_OK) return 0;
    snprintf(command, sizeof command, "exec %s%s%s sh -c 'echo floor is ready; exec sh'",
        password ? "sudo -S -H -p '" : "", password ? prompt : "", password ? "' -u root" : "");
    if (ssh_channel_request_exec(channel, command) != SSH_OK) return 0;
    if (password) {
        if (!wait_for(channel, 1, prompt)) return 0;
        ssh_channel_write(channel, password, strlen(password));
        ssh_channel_write(channel, "\n", 1);
    }
    if (!wait_for(channel, 0, ready)) return 0;
    ssh_channel_write(channel, script, script_size);
    ssh_channel_send_eof(channel);
    while ((read = ssh_channel_read(channel, buffer, sizeof buffer, 0)) > 0) total += read;
    received += total;
    return total > 0;
}

static void *work(void *unused)
{
    (void)unused;
    for (int index; (index = next_host++) < host_count;) {
        ssh_session session = log_in(hosts[index]);
        if (!session || !look(session)) failures++;
        if (session) {
            ssh_disconnect(session);
            ssh_free(session);
        }
    }
    return NULL;
}

static void read_script(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(1);
    }
    script = malloc(1 << 20);
    script_size = fread(script, 1, 1 << 20, file);
    fclose(file);
}

int main(int count, char **words)
{
    pthread_t threads[1024];
    if (count < 7) {
        fprintf(stderr, "usage: floor USER KEY KNOWN_HOSTS SCRIPT THREADS HOST[:PORT]...\n");
        return 64;
    }
    user = words[1], key_file = words[2], known_hosts = words[3];
    read_script(words[4]);
    password = getenv("FLOOR_SUDO_PASSWORD");
    hosts = words + 6, host_count = count - 6;
    int pool = atoi(words[5]);
    if (pool < 1 || pool > host_count) pool = host_count;
    if (pool > 1024) pool = 1024;
    for (int index = 0; index < pool; index++) pthread_create(&threads[index], NULL, work, NULL);
    for (int index = 0; index < pool; index++) pthread_join(threads[index], NULL);
    printf("%d hosts, %d failed, %ld bytes\n", host_count, (int)failures, (long)received);
    return failures ? 1 : 0;
}
