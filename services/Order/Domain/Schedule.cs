namespace MariosPizzeria.OrderService.Domain;

/// <summary>The last published due time of a scheduled job. Its id is the name of the job.</summary>
public sealed class Schedule : IDocument
{
    private static readonly Event[] Nothing = [];

    private Schedule() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public DateTimeOffset? LastDueAt { get; private set; }

    /// <summary>Creates the schedule of a job that was never due.</summary>
    public static Schedule Of(string job) => new() { Id = job };

    /// <summary>
    /// Returns the event that the job is due, once for each due time. Returns nothing if this time, or a later one, was recorded before.
    /// </summary>
    /// <param name="eventId">Derived from job and time, so that a duplicate has the same id.</param>
    public IReadOnlyList<Event> Advance(DateTimeOffset dueAt, Guid eventId, Cause cause)
    {
        if (dueAt <= LastDueAt)
        {
            return Nothing;
        }

        LastDueAt = dueAt;
        return
        [
            new ScheduledJobDue
            {
                EventId = eventId,
                Job = Id,
                DueAt = dueAt,
            }.Because(cause),
        ];
    }
}
