/* An agent for Windows that asks one on this machine's TCP port: `agent pipe PORT` behind the pipe of the service of
   Windows' OpenSSH, `agent pageant PORT` behind the pipe of PuTTY's agent, `agent window PORT` behind its window; `agent busy PORT`
   is behind the first and has no time, and `agent foreign PORT` is there, too, and belongs to another user. */

#include <winsock2.h>
#include <windows.h>
#include <wincrypt.h>
#include <sddl.h>
#include <aclapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an agent and its clients may say at once, also in the memory that Pageant's clients share with it. */
#define LIMIT (256 * 1024)

/* What a request for Pageant's window is called. */
#define AGENT_COPYDATA_ID 0x804e50ba

#define OPENSSH_PIPE "\\\\.\\pipe\\openssh-ssh-agent"

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
static int ask(SOCKET agent, unsigned char *frame, DWORD limit)
{
    if (send(agent, (char *)frame, length_of(frame), 0) <= 0 || !receive(agent, frame, 4))
        return 0;
    return length_of(frame) <= limit && receive(agent, frame + 4, length_of(frame) - 4);
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

static void tell_ready(void)
{
    puts("ready");
    fflush(stdout);
}

/* Whom the pipe belongs to, if not the user: clients look, and under Wine it would be nobody's without being said. */
static const char *stranger;

static PSID ourselves(void)
{
    static BYTE user[256];
    DWORD length;
    HANDLE token;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    GetTokenInformation(token, TokenUser, user, sizeof user, &length);
    return ((TOKEN_USER *)user)->User.Sid;
}

static SECURITY_ATTRIBUTES *owned(void)
{
    static SECURITY_DESCRIPTOR descriptor;
    static SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
    PSID owner = ourselves();
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    if ((stranger && !ConvertStringSidToSidA(stranger, &owner)) || !SetSecurityDescriptorOwner(&descriptor, owner, FALSE))
        exit(6);
    return &attributes;
}

static HANDLE make_pipe(const char *name)
{
    HANDLE pipe = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT, 1, LIMIT,
                                   LIMIT, 0, owned());
    if (pipe == INVALID_HANDLE_VALUE)
        exit(2);
    return pipe;
}

/* Its only client is itself. */
static void be_busy(const char *name)
{
    make_pipe(name);
    if (CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE)
        exit(5);
    tell_ready();
    Sleep(INFINITE);
}

static void serve_pipe(const char *name)
{
    static unsigned char frame[LIMIT];
    HANDLE pipe = make_pipe(name);
    tell_ready();
    for (;;) {
        DWORD written;
        SOCKET agent;
        ConnectNamedPipe(pipe, NULL);
        agent = dial();
        while (read_pipe(pipe, frame, 4) && length_of(frame) <= LIMIT
               && read_pipe(pipe, frame + 4, length_of(frame) - 4) && ask(agent, frame, LIMIT))
            WriteFile(pipe, frame, length_of(frame), &written, NULL);
        closesocket(agent);
        DisconnectNamedPipe(pipe);
    }
}

/* Where PuTTY 0.75 and later listen: the user's name, and a hash of a word that only the user's programs encrypt so. */
static void serve_pageants_pipe(void)
{
    BYTE text[4 + CRYPTPROTECTMEMORY_BLOCK_SIZE] = {0, 0, 0, CRYPTPROTECTMEMORY_BLOCK_SIZE};
    BYTE hash[32];
    char user[256], name[512];
    DWORD user_length = sizeof user, hash_length = sizeof hash;
    HCRYPTPROV provider;
    HCRYPTHASH hashing;
    memcpy(text + 4, "Pageant", 7);
    CryptProtectMemory(text + 4, CRYPTPROTECTMEMORY_BLOCK_SIZE, CRYPTPROTECTMEMORY_CROSS_PROCESS);
    if (!GetUserNameA(user, &user_length)
        || !CryptAcquireContextA(&provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT)
        || !CryptCreateHash(provider, CALG_SHA_256, 0, 0, &hashing)
        || !CryptHashData(hashing, text, sizeof text, 0)
        || !CryptGetHashParam(hashing, HP_HASHVAL, hash, &hash_length, 0))
        exit(4);
    int end = snprintf(name, sizeof name, "\\\\.\\pipe\\pageant.%s.", user);
    for (DWORD at = 0; at < hash_length; at++)
        end += snprintf(name + end, sizeof name - end, "%02x", hash[at]);
    serve_pipe(name);
}

/* PuTTY's agent answers only in memory that belongs to the user. This one also wants that no other user can open it. */
static int is_private(HANDLE mapping)
{
    SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    PSID owner = NULL;
    PACL list = NULL;
    ACCESS_ALLOWED_ACE *entry;
    if (!mapping || GetSecurityInfo(mapping, SE_KERNEL_OBJECT, wanted, &owner, NULL, &list, NULL, NULL) != ERROR_SUCCESS)
        return 0;
    return owner && EqualSid(owner, ourselves()) && list && list->AceCount == 1 && GetAce(list, 0, (void **)&entry)
           && entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE && EqualSid((PSID)&entry->SidStart, ourselves());
}

/* A message names a mapping that holds the request, and takes the answer. */
static LRESULT CALLBACK answer(HWND window, UINT message, WPARAM from, LPARAM about)
{
    const COPYDATASTRUCT *data = (const COPYDATASTRUCT *)about;
    if (message != WM_COPYDATA)
        return DefWindowProcA(window, message, from, about);
    const char *name = data->lpData;
    if (data->dwData != AGENT_COPYDATA_ID || data->cbData == 0 || name[data->cbData - 1] != 0)
        return 0;
    HANDLE mapping = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
    unsigned char *frame = is_private(mapping) ? MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0) : NULL;
    MEMORY_BASIC_INFORMATION region = {0};
    int answered = 0;
    VirtualQuery(frame, &region, sizeof region);
    if (frame && length_of(frame) <= region.RegionSize) {
        SOCKET agent = dial();
        answered = ask(agent, frame, region.RegionSize);
        closesocket(agent);
    }
    UnmapViewOfFile(frame);
    CloseHandle(mapping);
    return answered;
}

static void serve_window(void)
{
    WNDCLASSA kind = {.lpfnWndProc = answer, .hInstance = GetModuleHandleA(NULL), .lpszClassName = "Pageant"};
    MSG message;
    RegisterClassA(&kind);
    if (!CreateWindowA("Pageant", "Pageant", WS_OVERLAPPEDWINDOW, CW_USEDEFAULT, CW_USEDEFAULT, 100, 100, NULL, NULL,
                       kind.hInstance, NULL))
        exit(2);
    tell_ready();
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
}

int main(int count, char **words)
{
    WSADATA data;
    if (count != 3 || WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 1;
    port = atoi(words[2]);
    if (strcmp(words[1], "window") == 0)
        serve_window();
    else if (strcmp(words[1], "pageant") == 0)
        serve_pageants_pipe();
    else if (strcmp(words[1], "busy") == 0)
        be_busy(OPENSSH_PIPE);
    else {
        stranger = strcmp(words[1], "foreign") == 0 ? "S-1-5-21-1-2-3-1001" : NULL;
        serve_pipe(OPENSSH_PIPE);
    }
    return 0;
}
