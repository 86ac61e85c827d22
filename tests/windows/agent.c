/* An agent for Windows, behind the pipe of the service of Windows' OpenSSH, that asks one on this machine's TCP port:
   `agent PORT`. */

#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define LIMIT (256 * 1024)

static int port;

static DWORD length_of(const unsigned char *frame)
{
    return ((DWORD)frame[0] << 24 | frame[1] << 16 | frame[2] << 8 | frame[3]) + 4;
}

static int receive(SOCKET from, unsigned char *bytes, int wanted)
{
    for (int got = 0, more; got < wanted; got += more)
        if ((more = recv(from, (char *)bytes + got, wanted - got, 0)) <= 0)
            return 0;
    return 1;
}

/* Exchanges a request for its answer, in the same place. */
static int ask(SOCKET agent, unsigned char *frame)
{
    if (send(agent, (char *)frame, length_of(frame), 0) <= 0 || !receive(agent, frame, 4))
        return 0;
    return length_of(frame) <= LIMIT && receive(agent, frame + 4, length_of(frame) - 4);
}

static SOCKET dial(void)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port)};
    SOCKET agent = socket(AF_INET, SOCK_STREAM, 0);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(agent, (struct sockaddr *)&place, sizeof place) != 0)
        exit(3);
    return agent;
}

static int read_pipe(HANDLE pipe, unsigned char *bytes, DWORD wanted)
{
    for (DWORD got = 0, more; got < wanted; got += more)
        if (!ReadFile(pipe, bytes + got, wanted - got, &more, NULL) || more == 0)
            return 0;
    return 1;
}

static void serve_pipe(void)
{
    static unsigned char frame[LIMIT];
    HANDLE pipe = CreateNamedPipeA("\\\\.\\pipe\\openssh-ssh-agent", PIPE_ACCESS_DUPLEX,
                                   PIPE_TYPE_BYTE | PIPE_WAIT, 1, LIMIT, LIMIT, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        exit(2);
    puts("ready");
    fflush(stdout);
    for (;;) {
        DWORD written;
        SOCKET agent;
        ConnectNamedPipe(pipe, NULL);
        agent = dial();
        while (read_pipe(pipe, frame, 4) && length_of(frame) <= LIMIT
               && read_pipe(pipe, frame + 4, length_of(frame) - 4) && ask(agent, frame))
            WriteFile(pipe, frame, length_of(frame), &written, NULL);
        closesocket(agent);
        DisconnectNamedPipe(pipe);
    }
}

int main(int count, char **words)
{
    WSADATA data;
    if (count != 2 || WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 1;
    port = atoi(words[1]);
    serve_pipe();
    return 0;
}
