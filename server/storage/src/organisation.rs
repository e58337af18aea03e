//! Organisations and the areas they serve.

use crate::{
    Storage,
    db::{Row, Tx, args, json},
    names,
    sql::statements,
};
use portal_core::ports::StoreResult;
use portal_model::{
    OrganisationId,
    organisation::{Area, Organisation},
};

macro_rules! columns {
    () => {
        "id, kind, name, slug, municipality_kind, ars, laender, public_adopter, demo"
    };
}

statements! {
    INSERT = concat!("INSERT INTO organisation (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    INSERT_AREA = "INSERT INTO area (municipality, ars, name, legal_basis) VALUES ($1, $2, $3, $4)";
    LIST = concat!("SELECT ", columns!(), " FROM organisation");
    BY_ID = concat!("SELECT ", columns!(), " FROM organisation WHERE id = $1");
    BY_SLUG = concat!("SELECT ", columns!(), " FROM organisation WHERE slug = $1");
    AREAS = "SELECT ars, name, legal_basis FROM area WHERE municipality = $1";
}

fn read(row: &mut Row) -> StoreResult<Organisation> {
    Ok(Organisation {
        id: row.get()?,
        kind: row.get()?,
        name: row.get()?,
        slug: row.get()?,
        municipality_kind: row.opt()?,
        ars: row.opt()?,
        laender: row.json()?,
        public_adopter: row.flag()?,
        demo: row.flag()?,
    })
}

pub(crate) async fn insert(tx: &mut Tx, o: &Organisation, areas: &[Area]) -> StoreResult<()> {
    let args = args![
        o.id,
        o.kind,
        &o.name,
        &o.slug,
        o.municipality_kind,
        o.ars.clone(),
        json(&o.laender)?,
        o.public_adopter,
        o.demo
    ];
    tx.execute(INSERT, &args).await?;
    for area in areas {
        tx.execute(INSERT_AREA, &args![o.id, area.ars.clone(), &area.name, &area.legal_basis]).await?;
    }
    Ok(())
}

impl Storage {
    pub(crate) async fn organisations(&self) -> StoreResult<Vec<Organisation>> {
        let mut found = self.db().all(LIST, &[], read).await?;
        found.sort_by_cached_key(|o| names::key(&o.name));
        Ok(found)
    }

    pub(crate) async fn organisation_of(&self, id: OrganisationId) -> StoreResult<Option<Organisation>> {
        self.db().one(BY_ID, &args![id], read).await
    }

    pub(crate) async fn organisation_slug(&self, slug: &str) -> StoreResult<Option<Organisation>> {
        self.db().one(BY_SLUG, &args![slug], read).await
    }

    pub(crate) async fn areas_of(&self, municipality: OrganisationId) -> StoreResult<Vec<Area>> {
        let read = |row: &mut Row| Ok(Area { ars: row.get()?, name: row.get()?, legal_basis: row.get()? });
        let mut found = self.db().all(AREAS, &args![municipality], read).await?;
        found.sort_by_cached_key(|a| names::key(&a.name));
        Ok(found)
    }
}
