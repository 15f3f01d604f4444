using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>When a scheduled job was last told to be due. Its id is the job's name.</summary>
public sealed class Schedule : IDocument
{
    private static readonly Event[] Nothing = [];

    private Schedule() { }

    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public DateTimeOffset? LastDueAt { get; private set; }

    /// <summary>A job that was never due.</summary>
    public static Schedule Of(string job) => new() { Id = job };

    /// <summary>The job is due: told once for each time. Nothing if that time, or a later one, was told before.</summary>
    /// <param name="dueAt">When it was due.</param>
    /// <param name="eventId">Derived from job and time, so that even two tellings are one event.</param>
    /// <param name="cause">Who and when.</param>
    public IReadOnlyList<Event> Tick(DateTimeOffset dueAt, Guid eventId, Cause cause)
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
