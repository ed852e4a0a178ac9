
/*
 * Copyright (C) mcp-nginx contributors
 *
 * mcp-token: makes keys and JSON Web Tokens to try "mcp_auth" with; for the
 * quick start, the documents and the tests.  Signs by libjwt, so the
 * algorithms are those of libjwt 1.x.  It writes "typ": "JWT" whatever it is
 * told; for another type its token gets a new header, and OpenSSL signs that.
 * Not for production: that is an authorization server's trade.
 */


#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jwt.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>


#define TOKEN_FAILED      1
#define TOKEN_USAGE       2

#define TOKEN_LIST        64               /* of --aud, of --claim */
#define TOKEN_FILE        65536            /* bytes of a key's file */
#define TOKEN_NUMBER      2048             /* bytes of a number in a key */
#define TOKEN_TTL         300
#define TOKEN_TTL_MAX     3155760000L      /* a hundred years */


typedef struct {
    const char  *key;                      /* file */
    const char  *secret;                   /* file */
    const char  *new_key;                  /* folder */
    const char  *alg;
    const char  *kid;
    const char  *typ;
    const char  *iss;
    const char  *sub;
    const char  *scope;
    const char  *aud[TOKEN_LIST];
    const char  *claim[TOKEN_LIST];
    size_t       naud;
    size_t       nclaim;
    long         ttl;
} token_options_t;


/* a key's own algorithm, and the members of its JWK in the order of names */

typedef struct {
    const char  *alg;
    char        *members;                  /* "e":"AQAB","kty":"RSA",... */
    char        *thumbprint;               /* RFC 7638, base64url */
    EVP_PKEY    *pkey;                     /* NULL: a secret */
    size_t       size;                     /* bytes of an ECDSA number */
} token_key_t;


typedef struct {
    const char  *group;                    /* OpenSSL's name */
    const char  *crv;
    const char  *alg;
    size_t       size;                     /* bytes of a coordinate */
} token_curve_t;


static void token_read_options(int argc, char **argv, token_options_t *o);
static void token_check_options(token_options_t *o);
static void token_push(const char **list, size_t *n, const char *value,
    const char *name);
static long token_number(const char *text);
static void token_make(token_options_t *o);
static char *token_encode(jwt_t *jwt, token_options_t *o, token_key_t *key,
    const unsigned char *bytes, int len);
static char *token_retype(char *token, token_options_t *o, const char *alg,
    token_key_t *key, const unsigned char *bytes, int len);
static char *token_sign(const char *text, const char *alg, token_key_t *key,
    const unsigned char *bytes, int len);
static unsigned char *token_raw(const unsigned char *der, size_t len,
    size_t size);
static void token_claims(jwt_t *jwt, token_options_t *o);
static void token_audience(jwt_t *jwt, token_options_t *o);
static void token_claim(jwt_t *jwt, const char *text);
static void token_grant(jwt_t *jwt, const char *name, const char *value);
static void token_new_key(token_options_t *o);
static EVP_PKEY *token_generate(const char *alg);
static void token_write(const char *folder, const char *name, mode_t mode,
    EVP_PKEY *pkey, const char *text);
static EVP_PKEY *token_pem(const char *name, const unsigned char *bytes,
    int len);
static void token_describe(EVP_PKEY *pkey, token_key_t *key);
static void token_describe_ec(EVP_PKEY *pkey, token_key_t *key);
static char *token_member(EVP_PKEY *pkey, const char *name, size_t size);
static char *token_base64url(const unsigned char *bytes, size_t len);
static char *token_string(const char *text);
static char *token_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static unsigned char *token_file(const char *name, int *len);
static void token_die(int status, const char *format, ...)
    __attribute__((noreturn, format(printf, 2, 3)));


static const char  token_help[] =
    "usage: mcp-token --new-key DIR [--alg RS256|ES256] [--kid KID]\n"
    "       mcp-token --key FILE.pem | --secret FILE [OPTION...]\n"
    "\n"
    "Makes a key, or prints a signed JSON Web Token, to try mcp_auth with.\n"
    "\n"
    "  --new-key DIR     write DIR/key.pem and DIR/jwks.json, its key set\n"
    "                    for \"jwks file=\"; an old key is not overwritten\n"
    "\n"
    "  --key FILE.pem    sign with this private key: RSA, P-256, P-384,\n"
    "                    P-521\n"
    "  --secret FILE     sign with these bytes, less one newline at the end\n"
    "  --alg ALG         RS256 RS384 RS512, ES256 ES384 ES512, HS256 HS384\n"
    "                    HS512; default: what fits the key, 256 bits\n"
    "  --kid KID         default: the key's thumbprint (RFC 7638), which is\n"
    "                    also what --new-key writes; \"\": none\n"
    "  --typ TYPE        such as at+jwt; default: JWT; \"\": none\n"
    "\n"
    "  --iss URL         issuer\n"
    "  --aud AUDIENCE    may repeat\n"
    "  --sub SUBJECT\n"
    "  --scope \"A B\"     scopes, blanks between them\n"
    "  --ttl SECONDS     life from now, default 300; negative: expired\n"
    "  --claim NAME=JSON any claim, also in place of those above; may repeat\n"
    "\n"
    "  -h, --help        this text\n"
    "\n"
    "Exit status: 0; 1 a file or a key is no use; 2 wrong arguments.\n"
    "\n"
    "  mcp-token --new-key /etc/nginx/try\n"
    "  mcp-token --key /etc/nginx/try/key.pem --iss https://try.example \\\n"
    "      --aud https://api.example.com/mcp --sub me --scope orders.read\n";


static const size_t  token_texts[] = {
    offsetof(token_options_t, key),
    offsetof(token_options_t, secret),
    offsetof(token_options_t, new_key),
    offsetof(token_options_t, alg),
    offsetof(token_options_t, kid),
    offsetof(token_options_t, typ),
    offsetof(token_options_t, iss),
    offsetof(token_options_t, sub),
    offsetof(token_options_t, scope)
};


static const token_curve_t  token_curves[] = {
    { "prime256v1", "P-256", "ES256", 32 },
    { "secp384r1", "P-384", "ES384", 48 },
    { "secp521r1", "P-521", "ES512", 66 },
    { NULL, NULL, NULL, 0 }
};


int
main(int argc, char **argv)
{
    token_options_t  o;

    memset(&o, 0, sizeof(token_options_t));
    o.ttl = TOKEN_TTL;

    token_read_options(argc, argv, &o);
    token_check_options(&o);

    if (o.new_key) {
        token_new_key(&o);

    } else {
        token_make(&o);
    }

    if (fflush(stdout) != 0) {
        token_die(TOKEN_FAILED, "cannot write: %s", strerror(errno));
    }

    return 0;
}


static void
token_read_options(int argc, char **argv, token_options_t *o)
{
    int  c, index;

    /* those of the value 0 are texts, in the order of token_texts */

    static const struct option  names[] = {
        { "key", required_argument, NULL, 0 },
        { "secret", required_argument, NULL, 0 },
        { "new-key", required_argument, NULL, 0 },
        { "alg", required_argument, NULL, 0 },
        { "kid", required_argument, NULL, 0 },
        { "typ", required_argument, NULL, 0 },
        { "iss", required_argument, NULL, 0 },
        { "sub", required_argument, NULL, 0 },
        { "scope", required_argument, NULL, 0 },
        { "aud", required_argument, NULL, 'A' },
        { "claim", required_argument, NULL, 'C' },
        { "ttl", required_argument, NULL, 'T' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 }
    };

    while ((c = getopt_long(argc, argv, "h", names, &index)) != -1) {
        switch (c) {

        case 0:
            *(const char **) ((char *) o + token_texts[index]) = optarg;
            break;

        case 'A':
            token_push(o->aud, &o->naud, optarg, "--aud");
            break;

        case 'C':
            token_push(o->claim, &o->nclaim, optarg, "--claim");
            break;

        case 'T':
            o->ttl = token_number(optarg);
            break;

        case 'h':
            fputs(token_help, stdout);
            exit(0);

        default:                           /* getopt has said why */
            exit(TOKEN_USAGE);
        }
    }

    if (optind < argc) {
        token_die(TOKEN_USAGE, "\"%s\" is no option", argv[optind]);
    }
}


static void
token_check_options(token_options_t *o)
{
    int  n;

    n = (o->key != NULL) + (o->secret != NULL) + (o->new_key != NULL);

    if (n != 1) {
        token_die(TOKEN_USAGE, "give one of --key, --secret and --new-key; "
                  "--help says more");
    }

    if (o->new_key && o->kid && o->kid[0] == '\0') {
        token_die(TOKEN_USAGE, "--new-key with an empty --kid");
    }

    if (o->alg == NULL) {
        return;
    }

    if (o->new_key) {
        if (strcmp(o->alg, "RS256") != 0 && strcmp(o->alg, "ES256") != 0) {
            token_die(TOKEN_USAGE, "--new-key makes keys for RS256 and "
                      "ES256, not for \"%s\"", o->alg);
        }

        return;
    }

    /* libjwt does not mind the case of letters; the module does */

    if (jwt_str_alg(o->alg) == JWT_ALG_INVAL
        || jwt_str_alg(o->alg) == JWT_ALG_NONE
        || strcmp(o->alg, jwt_alg_str(jwt_str_alg(o->alg))) != 0)
    {
        token_die(TOKEN_USAGE, "\"%s\" is no algorithm of libjwt", o->alg);
    }

    if ((o->secret != NULL) != (o->alg[0] == 'H')) {
        token_die(TOKEN_USAGE, "--alg %s does not go with %s", o->alg,
                  o->secret ? "--secret" : "--key");
    }
}


static void
token_push(const char **list, size_t *n, const char *value, const char *name)
{
    if (*n == TOKEN_LIST) {
        token_die(TOKEN_USAGE, "%s more than %d times", name, TOKEN_LIST);
    }

    list[(*n)++] = value;
}


static long
token_number(const char *text)
{
    long   value;
    char  *end;

    errno = 0;
    value = strtol(text, &end, 10);

    if (end == text || *end != '\0' || errno != 0
        || value > TOKEN_TTL_MAX || value < -TOKEN_TTL_MAX)
    {
        token_die(TOKEN_USAGE, "--ttl \"%s\" is no number of seconds", text);
    }

    return value;
}


/* Tokens */


static void
token_make(token_options_t *o)
{
    int             len;
    char           *text;
    jwt_t          *jwt;
    token_key_t     key;
    unsigned char  *bytes;

    memset(&key, 0, sizeof(token_key_t));

    bytes = token_file(o->key ? o->key : o->secret, &len);

    if (o->key) {
        key.pkey = token_pem(o->key, bytes, len);
        token_describe(key.pkey, &key);

    } else {
        key.alg = "HS256";

        if (len > 0 && bytes[len - 1] == '\n') {
            len--;
        }

        if (len == 0) {
            token_die(TOKEN_FAILED, "\"%s\" is empty", o->secret);
        }
    }

    if (jwt_new(&jwt) != 0) {
        token_die(TOKEN_FAILED, "no memory");
    }

    token_claims(jwt, o);
    text = token_encode(jwt, o, &key, bytes, len);

    printf("%s\n", text);

    free(text);
    free(bytes);
    free(key.members);
    free(key.thumbprint);
    EVP_PKEY_free(key.pkey);
    jwt_free(jwt);
}


static char *
token_encode(jwt_t *jwt, token_options_t *o, token_key_t *key,
    const unsigned char *bytes, int len)
{
    char        *text;
    const char  *alg;

    alg = o->alg ? o->alg : key->alg;

    /* the family, and for EC, where the curve decides, all of it */

    if (alg[0] != key->alg[0]
        || (alg[0] == 'E' && strcmp(alg, key->alg) != 0))
    {
        token_die(TOKEN_USAGE, "--alg %s does not go with a key for %s", alg,
                  key->alg);
    }

    if (o->kid == NULL) {
        o->kid = key->thumbprint;
    }

    if ((o->kid && *o->kid && jwt_add_header(jwt, "kid", o->kid) != 0)
        || jwt_set_alg(jwt, jwt_str_alg(alg), bytes, len) != 0)
    {
        token_die(TOKEN_FAILED, "libjwt refuses the header");
    }

    text = jwt_encode_str(jwt);
    if (text == NULL) {
        token_die(TOKEN_FAILED, "libjwt cannot sign with \"%s\"",
                  o->key ? o->key : o->secret);
    }

    return (o->typ == NULL || strcmp(o->typ, "JWT") == 0)
           ? text : token_retype(text, o, alg, key, bytes, len);
}


/* The same claims under a header of another type; frees the token. */

static char *
token_retype(char *token, token_options_t *o, const char *alg,
    token_key_t *key, const unsigned char *bytes, int len)
{
    char  *typ, *kid, *header, *payload, *text, *signature, *out;

    typ = token_string(o->typ);
    kid = token_string(o->kid ? o->kid : "");

    out = token_format("{\"alg\":\"%s\"%s%s%s%s}", alg,
                       *o->typ ? ",\"typ\":" : "", *o->typ ? typ : "",
                       kid[1] != '"' ? ",\"kid\":" : "",
                       kid[1] != '"' ? kid : "");

    header = token_base64url((unsigned char *) out, strlen(out));
    free(out);

    payload = strchr(token, '.') + 1;
    *strchr(payload, '.') = '\0';

    text = token_format("%s.%s", header, payload);
    signature = token_sign(text, alg, key, bytes, len);
    out = token_format("%s.%s", text, signature);

    free(typ);
    free(kid);
    free(header);
    free(text);
    free(signature);
    free(token);

    return out;
}


static char *
token_sign(const char *text, const char *alg, token_key_t *key,
    const unsigned char *bytes, int len)
{
    char           *out;
    size_t          size;
    EVP_PKEY       *pkey;
    EVP_MD_CTX     *md;
    unsigned char  *raw, signature[TOKEN_NUMBER];
    const EVP_MD   *digest;

    digest = EVP_get_digestbyname(alg[2] == '2' ? "SHA256"
                                  : alg[2] == '3' ? "SHA384" : "SHA512");
    pkey = key->pkey ? key->pkey
                     : EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL,
                                                    bytes, len);
    md = EVP_MD_CTX_new();
    size = sizeof(signature);

    if (digest == NULL || pkey == NULL || md == NULL
        || EVP_DigestSignInit(md, NULL, digest, NULL, pkey) != 1
        || EVP_DigestSign(md, signature, &size, (unsigned char *) text,
                          strlen(text))
           != 1)
    {
        token_die(TOKEN_FAILED, "OpenSSL cannot sign");
    }

    if (alg[0] == 'E') {
        raw = token_raw(signature, size, key->size);
        out = token_base64url(raw, 2 * key->size);
        free(raw);

    } else {
        out = token_base64url(signature, size);
    }

    EVP_MD_CTX_free(md);

    if (key->pkey == NULL) {
        EVP_PKEY_free(pkey);
    }

    return out;
}


/* an ECDSA signature as JWS has it: both numbers at their full length */

static unsigned char *
token_raw(const unsigned char *der, size_t len, size_t size)
{
    ECDSA_SIG      *pair;
    unsigned char  *raw;

    pair = d2i_ECDSA_SIG(NULL, &der, (long) len);
    raw = malloc(2 * size);

    if (pair == NULL || raw == NULL
        || BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, (int) size) < 0
        || BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + size, (int) size) < 0)
    {
        token_die(TOKEN_FAILED, "OpenSSL cannot sign");
    }

    ECDSA_SIG_free(pair);

    return raw;
}


static void
token_claims(jwt_t *jwt, token_options_t *o)
{
    size_t  i;
    time_t  now;

    now = time(NULL);

    if (o->iss) {
        token_grant(jwt, "iss", token_string(o->iss));
    }

    if (o->sub) {
        token_grant(jwt, "sub", token_string(o->sub));
    }

    if (o->scope) {
        token_grant(jwt, "scope", token_string(o->scope));
    }

    token_audience(jwt, o);
    token_grant(jwt, "iat", token_format("%ld", (long) now));
    token_grant(jwt, "exp", token_format("%ld", (long) now + o->ttl));

    for (i = 0; i < o->nclaim; i++) {
        token_claim(jwt, o->claim[i]);
    }
}


/* a string, or an array where there are several */

static void
token_audience(jwt_t *jwt, token_options_t *o)
{
    char    *list, *text, *next;
    size_t   i;

    if (o->naud == 0) {
        return;
    }

    list = token_string(o->aud[0]);

    for (i = 1; i < o->naud; i++) {
        text = token_string(o->aud[i]);
        next = token_format("%s,%s", list, text);
        free(text);
        free(list);
        list = next;
    }

    token_grant(jwt, "aud", o->naud == 1 ? strdup(list)
                                         : token_format("[%s]", list));
    free(list);
}


static void
token_claim(jwt_t *jwt, const char *text)
{
    char        *name;
    const char  *value;

    value = strchr(text, '=');

    if (value == NULL || value == text) {
        token_die(TOKEN_USAGE, "--claim \"%s\" is not NAME=JSON", text);
    }

    name = strndup(text, value - text);
    token_grant(jwt, name, strdup(value + 1));
    free(name);
}


/* Sets a claim, and frees the value, which is JSON. */

static void
token_grant(jwt_t *jwt, const char *name, const char *value)
{
    char  *object, *quoted;

    if (value == NULL) {
        token_die(TOKEN_FAILED, "no memory");
    }

    quoted = token_string(name);
    object = token_format("{%s:%s}", quoted, value);

    if (jwt_add_grants_json(jwt, object) != 0) {
        token_die(TOKEN_USAGE, "the value of \"%s\" is no JSON: %s "
                  "(a text needs quotes: --claim '%s=\"...\"')", name, value,
                  name);
    }

    free(quoted);
    free(object);
    free((char *) value);
}


/* Keys */


static void
token_new_key(token_options_t *o)
{
    char         *set, *kid;
    EVP_PKEY     *pkey;
    token_key_t   key;

    pkey = token_generate(o->alg);
    token_describe(pkey, &key);

    kid = token_string(o->kid ? o->kid : key.thumbprint);
    set = token_format("{\"keys\":[{\"kid\":%s,\"use\":\"sig\","
                       "\"alg\":\"%s\",%s}]}\n", kid, key.alg, key.members);

    if (mkdir(o->new_key, 0755) != 0 && errno != EEXIST) {
        token_die(TOKEN_FAILED, "mkdir \"%s\": %s", o->new_key,
                  strerror(errno));
    }

    token_write(o->new_key, "key.pem", 0600, pkey, NULL);
    token_write(o->new_key, "jwks.json", 0644, NULL, set);

    free(set);
    free(kid);
    free(key.members);
    free(key.thumbprint);
    EVP_PKEY_free(pkey);
}


static EVP_PKEY *
token_generate(const char *alg)
{
    EVP_PKEY  *pkey;

    pkey = (alg && alg[0] == 'E') ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);

    if (pkey == NULL) {
        token_die(TOKEN_FAILED, "OpenSSL made no key");
    }

    return pkey;
}


/* Writes a key or a text; says where to. */

static void
token_write(const char *folder, const char *name, mode_t mode,
    EVP_PKEY *pkey, const char *text)
{
    int    fd, ok, flags;
    char  *path;
    FILE  *f;

    path = token_format("%s/%s", folder, name);

    /* the key comes first: where it may be written, so may its set */

    flags = O_WRONLY|O_CREAT|(pkey ? O_EXCL : O_TRUNC);
    fd = open(path, flags, mode);

    if (fd == -1 || (f = fdopen(fd, "w")) == NULL) {
        token_die(TOKEN_FAILED, "open \"%s\": %s", path, strerror(errno));
    }

    ok = pkey ? PEM_write_PKCS8PrivateKey(f, pkey, NULL, NULL, 0, NULL, NULL)
              : fputs(text, f) >= 0;

    if (fclose(f) != 0 || !ok) {
        token_die(TOKEN_FAILED, "cannot write \"%s\"", path);
    }

    printf("%s\n", path);
    free(path);
}


static EVP_PKEY *
token_pem(const char *name, const unsigned char *bytes, int len)
{
    BIO       *bio;
    EVP_PKEY  *pkey;

    bio = BIO_new_mem_buf(bytes, len);
    pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, "") : NULL;

    BIO_free(bio);

    if (pkey == NULL) {
        token_die(TOKEN_FAILED, "\"%s\" is no private key in PEM, or has a "
                  "passphrase", name);
    }

    return pkey;
}


static void
token_describe(EVP_PKEY *pkey, token_key_t *key)
{
    char           *e, *n;
    unsigned int    len;
    unsigned char   digest[EVP_MAX_MD_SIZE];

    if (EVP_PKEY_is_a(pkey, "RSA")) {
        e = token_member(pkey, OSSL_PKEY_PARAM_RSA_E, 0);
        n = token_member(pkey, OSSL_PKEY_PARAM_RSA_N, 0);

        key->alg = "RS256";
        key->members = token_format("\"e\":\"%s\",\"kty\":\"RSA\","
                                    "\"n\":\"%s\"", e, n);
        free(e);
        free(n);

    } else if (EVP_PKEY_is_a(pkey, "EC")) {
        token_describe_ec(pkey, key);

    } else {
        token_die(TOKEN_FAILED, "libjwt signs with RSA and EC keys only");
    }

    n = token_format("{%s}", key->members);

    if (EVP_Digest(n, strlen(n), digest, &len, EVP_sha256(), NULL) != 1) {
        token_die(TOKEN_FAILED, "OpenSSL made no digest");
    }

    key->thumbprint = token_base64url(digest, len);
    free(n);
}


static void
token_describe_ec(EVP_PKEY *pkey, token_key_t *key)
{
    char                  group[80], *x, *y;
    const token_curve_t  *curve;

    if (EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME,
                                       group, sizeof(group), NULL)
        != 1)
    {
        token_die(TOKEN_FAILED, "the key has no named curve");
    }

    for (curve = token_curves; curve->group; curve++) {
        if (strcmp(curve->group, group) == 0) {
            break;
        }
    }

    if (curve->group == NULL) {
        token_die(TOKEN_FAILED, "no algorithm goes with the curve %s", group);
    }

    x = token_member(pkey, OSSL_PKEY_PARAM_EC_PUB_X, curve->size);
    y = token_member(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, curve->size);

    key->alg = curve->alg;
    key->size = curve->size;
    key->members = token_format("\"crv\":\"%s\",\"kty\":\"EC\",\"x\":\"%s\","
                                "\"y\":\"%s\"", curve->crv, x, y);
    free(x);
    free(y);
}


/* A number of a key in base64url, in "size" bytes; 0: as many as it has. */

static char *
token_member(EVP_PKEY *pkey, const char *name, size_t size)
{
    int             len;
    BIGNUM         *number;
    unsigned char   bytes[TOKEN_NUMBER];

    number = NULL;

    if (EVP_PKEY_get_bn_param(pkey, name, &number) != 1) {
        token_die(TOKEN_FAILED, "the key has no \"%s\"", name);
    }

    len = size ? (int) size : BN_num_bytes(number);

    if (len > TOKEN_NUMBER || BN_bn2binpad(number, bytes, len) != len) {
        token_die(TOKEN_FAILED, "the key is too large");
    }

    BN_free(number);

    return token_base64url(bytes, len);
}


/* Texts: what these return is the caller's to free */


static char *
token_base64url(const unsigned char *bytes, size_t len)
{
    char    *text;
    size_t   i;

    text = malloc(4 * ((len + 2) / 3) + 1);
    if (text == NULL) {
        token_die(TOKEN_FAILED, "no memory");
    }

    EVP_EncodeBlock((unsigned char *) text, bytes, (int) len);

    for (i = 0; text[i] && text[i] != '='; i++) {
        if (text[i] == '+') {
            text[i] = '-';

        } else if (text[i] == '/') {
            text[i] = '_';
        }
    }

    text[i] = '\0';

    return text;
}


/* a JSON string; bytes beyond ASCII stay, and libjwt refuses bad UTF-8 */

static char *
token_string(const char *text)
{
    char        *out, *p;
    const char  *s;

    out = malloc(6 * strlen(text) + 3);
    if (out == NULL) {
        token_die(TOKEN_FAILED, "no memory");
    }

    p = out;
    *p++ = '"';

    for (s = text; *s; s++) {
        if (*s == '"' || *s == '\\') {
            *p++ = '\\';
            *p++ = *s;

        } else if ((unsigned char) *s < 0x20) {
            p += sprintf(p, "\\u%04x", (unsigned) *s);

        } else {
            *p++ = *s;
        }
    }

    *p++ = '"';
    *p = '\0';

    return out;
}


static char *
token_format(const char *format, ...)
{
    int      n;
    char    *text;
    va_list  args;

    va_start(args, format);
    n = vasprintf(&text, format, args);
    va_end(args);

    if (n < 0) {
        token_die(TOKEN_FAILED, "no memory");
    }

    return text;
}


static unsigned char *
token_file(const char *name, int *len)
{
    FILE           *f;
    size_t          n;
    unsigned char  *bytes;

    f = fopen(name, "rb");
    bytes = malloc(TOKEN_FILE + 1);

    if (f == NULL || bytes == NULL) {
        token_die(TOKEN_FAILED, "open \"%s\": %s", name, strerror(errno));
    }

    n = fread(bytes, 1, TOKEN_FILE + 1, f);

    if (ferror(f) || n > TOKEN_FILE) {
        token_die(TOKEN_FAILED, "cannot read \"%s\", or it is too large",
                  name);
    }

    fclose(f);
    *len = (int) n;

    return bytes;
}


static void
token_die(int status, const char *format, ...)
{
    va_list  args;

    va_start(args, format);
    fputs("mcp-token: ", stderr);
    vfprintf(stderr, format, args);
    fputs("\n", stderr);
    va_end(args);

    exit(status);
}
