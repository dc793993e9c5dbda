#include "CNettle.h"

#include <nettle/hmac.h>
#include <nettle/pbkdf2.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

_Static_assert(CNETTLE_SHA1 == SHA1_DIGEST_SIZE && CNETTLE_SHA256 == SHA256_DIGEST_SIZE, "as nettle has them");

void cnettle_hmac_sha1(const uint8_t *key, size_t key_length, const uint8_t *text, size_t length, uint8_t *digest) {
    struct hmac_sha1_ctx context;
    hmac_sha1_set_key(&context, key_length, key);
    hmac_sha1_update(&context, length, text);
    hmac_sha1_digest(&context, CNETTLE_SHA1, digest);
}

void cnettle_hmac_sha256(const uint8_t *key, size_t key_length, const uint8_t *text, size_t length, uint8_t *digest) {
    struct hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, key_length, key);
    hmac_sha256_update(&context, length, text);
    hmac_sha256_digest(&context, CNETTLE_SHA256, digest);
}

void cnettle_sha256(const uint8_t *text, size_t length, uint8_t *digest) {
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, length, text);
    sha256_digest(&context, CNETTLE_SHA256, digest);
}

void cnettle_pbkdf2_sha256(const uint8_t *password, size_t password_length, const uint8_t *salt, size_t salt_length,
                           unsigned iterations, uint8_t *digest) {
    pbkdf2_hmac_sha256(password_length, password, iterations, salt_length, salt, CNETTLE_SHA256, digest);
}
