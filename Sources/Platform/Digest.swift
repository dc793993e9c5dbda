import CNettle

/// Digests that protocols name. Made by nettle.
package enum Digest {
    package static func sha256(_ text: [UInt8]) -> [UInt8] {
        unsafe digest(Int(CNETTLE_SHA256)) { unsafe cnettle_sha256(text, text.count, $0) }
    }

    /// HMAC-SHA-1 (RFC 2104): 20 octets.
    package static func hmacSHA1(key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        unsafe digest(Int(CNETTLE_SHA1)) {
            unsafe cnettle_hmac_sha1(key, key.count, text, text.count, $0)
        }
    }

    /// HMAC-SHA-256 (RFC 2104): 32 octets.
    package static func hmacSHA256(key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        unsafe digest(Int(CNETTLE_SHA256)) {
            unsafe cnettle_hmac_sha256(key, key.count, text, text.count, $0)
        }
    }

    /// The first 32 octets of PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2).
    ///
    /// - Parameter iterations: clamped to 1...1,000,000, some tenths of a second.
    package static func pbkdf2SHA256(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        let iterations = UInt32(min(max(iterations, 1), 1_000_000))
        return unsafe digest(Int(CNETTLE_SHA256)) {
            unsafe cnettle_pbkdf2_sha256(password, password.count, salt, salt.count, iterations, $0)
        }
    }

    private static func digest(_ length: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
        unsafe Array(unsafeUninitializedCapacity: length) { buffer, count in
            // An array of a capacity above zero has a base address.
            guard let base = buffer.baseAddress else { return }
            unsafe base.initialize(repeating: 0, count: length)
            unsafe fill(base)
            count = length
        }
    }
}
