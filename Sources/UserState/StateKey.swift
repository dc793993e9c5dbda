import Platform

/// A key as it stands in a file: itself up to 64 octets; else its first 41, its length and its hash, in 65, which
/// are no other key's own.
///
/// The hash need not withstand an attacker: who can choose a key can choose another's key as well.
func storedKey(_ key: [UInt8]) -> [UInt8] {
    guard key.count > 64 else { return key }
    let hash = ContentHash(key.span)
    var stored = Array(key.prefix(41))
    for number in [UInt64(key.count), hash.first, hash.second] {
        for shift in stride(from: 56, through: 0, by: -8) {
            stored.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }
    return stored
}
