import FuzzSupport

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAttachments(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzChecks.attachments(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
