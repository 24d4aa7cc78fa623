-- A manager's team as one statement: what the nested query asks for, and nothing else.
-- ORGANIZATION and DAY are put in before it is run; :i picks one of the hundred managers.
select p.id, f.display_name, q.id, q.number, g.display_name, r.id,
  m.id, m.status, m.minutes, m.starts_at, m.ends_at
from person p
join person_profile f on f.organization_id = p.organization_id and f.person_id = p.id
  and f.valid_from <= DAY and f.valid_until > DAY
cross join lateral (
  select q.id, q.number
  from reporting_line l
  join person q on q.organization_id = l.organization_id and q.id = l.report_id
  where l.organization_id = ORGANIZATION and l.manager_id = p.id and l.kind = 'solid'
    and l.valid_from <= DAY and l.valid_until > DAY
  order by q.number limit 8
) q
join person_profile g on g.organization_id = ORGANIZATION and g.person_id = q.id
  and g.valid_from <= DAY and g.valid_until > DAY
left join pair r on r.organization_id = ORGANIZATION and r.kind = 'manager'
  and r.organizer_id = p.id and r.partner_id = q.id
  and exists (select from pair_episode s where s.organization_id = ORGANIZATION
    and s.pair_id = r.id and s.valid_from <= DAY and s.valid_until > DAY)
left join lateral (
  select n.id, n.status, n.minutes, n.starts_at, n.ends_at, n.sort_at
  from meeting n
  where n.organization_id = ORGANIZATION and n.pair_id = r.id and n.sort_at >= now()
    and n.status in ('planned', 'scheduled')
  order by n.sort_at, n.id limit 2
) m on true
where p.organization_id = ORGANIZATION and p.number = (100001 + 12 * :i)::text
order by q.number, m.sort_at, m.id;
