import FuzzSupport

/// A mail client's session with a peer that says anything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSession(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzChecks.session(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
