using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>
/// Which port belongs to whom, over restarts of the process, the host and the machine. Each is claimed from the first time it is
/// asked for until the book is disposed of.
/// </summary>
internal sealed class PortBook(string file) : IDisposable
{
    private readonly Dictionary<string, int> _ports =
        StateFolder.Read<Dictionary<string, int>>(file) ?? new Dictionary<string, int>(StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IDisposable> _claims = new(StringComparer.Ordinal);

    /// <summary>The owner's port. One that a stranger has taken since the last time is replaced, once, before it is used.</summary>
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
        if (_ports.TryGetValue(owner, out var known) && LoopbackPort.Claim(known) is { } kept)
        {
            return kept;
        }

        (_ports[owner], var claim) = LoopbackPort.ClaimFree();
        try
        {
            StateFolder.Write(file, _ports);
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }
}
