import FuzzSupport

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchives(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzChecks.archives(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
