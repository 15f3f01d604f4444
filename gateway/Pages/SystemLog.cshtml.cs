namespace MariosPizzeria.Gateway.Pages;

/// <summary>A process's last log lines, if its platform lets it read them. For managers only, because a line may name an order.</summary>
[SignedIn(Roles.Manager)]
internal sealed class SystemLogModel(ReplicaHealth health, LogPlace place) : PizzeriaPage
{
    /// <summary>The process type.</summary>
    public string Process => RouteData.Values["process"] as string ?? "";

    /// <summary>The number of the replica.</summary>
    public int Replica { get; private set; }

    /// <summary>The log lines, newest first.</summary>
    public IReadOnlyList<LogLine> Lines { get; private set; } = [];

    /// <summary>The address of the whole log; null if it is not configured.</summary>
    public string? Elsewhere => place.Of(Process);

    /// <summary>Shows the page.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (FormValue.ParseInteger(RouteData.Values["replica"] as string, least: 0, most: 999) is not { } replica)
        {
            return ProblemPage.Of(StatusCodes.Status404NotFound);
        }

        Replica = replica;
        var log = await health.ReadLogAsync(Process, replica, cancellationToken);
        if (!log.Succeeded)
        {
            return Problem(log.Error);
        }

        Lines = [.. log.Value.Items.Reverse().Select(LogLine.Parse)];
        return Page();
    }
}
