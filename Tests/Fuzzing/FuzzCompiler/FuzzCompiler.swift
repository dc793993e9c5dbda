import FuzzSupport

/// Any octets as a script.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCompiler(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzChecks.compiler(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
