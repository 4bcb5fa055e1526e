from importing import consular, incidents, missions
from importing.runner import LineType
from importing.statements import batch, schema, taxonomy_lines

LINE_TYPES = {
    "mission": LineType(missions.MissionLine, missions.store),
    "incident": LineType(incidents.IncidentLine, incidents.store),
    "office": LineType(consular.OfficeLine, consular.store_office),
    "closure": LineType(consular.ClosureLine, consular.store_closure),
    "notice": LineType(consular.NoticeLine, consular.store_notice),
    "topic": LineType(schema.TopicLine, taxonomy_lines.store_topic),
    "speaker": LineType(schema.SpeakerLine, taxonomy_lines.store_speaker),
    "statement": LineType(schema.StatementLine, batch.store, batched=True),
}
