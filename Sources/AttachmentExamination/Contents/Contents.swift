import Platform

/// The octets of a part or of an entry, as far as they were decoded or unpacked.
struct Contents {
    let bytes: SharedBytes
    /// Whether there are more than these.
    var isCut = false
    /// Whether they are a view of what is in memory anyway.
    var isMapped = false

    init(bytes: SharedBytes, isCut: Bool = false, isMapped: Bool = false) {
        self.bytes = bytes
        self.isCut = isCut
        self.isMapped = isMapped
    }
}
