namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>
/// The ports of processes and servers; they stay the same over restarts of the process, the host and the machine. Each port is claimed
/// from its first use until this object is disposed of.
/// </summary>
internal sealed class PortAllocations(string file) : IDisposable
{
    private readonly Dictionary<string, int> _ports = StateFolder.Read<Dictionary<string, int>>(file) ?? new Dictionary<string, int>();

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IDisposable> _claims = [];

    /// <summary>Returns the owner's port. If another process has taken it since the last time, it is replaced, once, before use.</summary>
    /// <exception cref="PizzeriaException">No free port was found.</exception>
    public int Of(string owner)
    {
        lock (_lock)
        {
            if (!_claims.ContainsKey(owner))
            {
                _claims[owner] = Claim(owner);
            }

            return _ports[owner];
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _claims.Values.ToList().ForEach(c => c.Dispose());
            _claims.Clear();
        }
    }

    private IDisposable Claim(string owner)
    {
        if (_ports.TryGetValue(owner, out var known) && LoopbackPort.Reserve(known) is { } kept)
        {
            return kept;
        }

        (_ports[owner], var claim) = LoopbackPort.ClaimFree();
        StateFolder.Write(file, _ports);
        return claim;
    }
}
